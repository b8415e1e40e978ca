public import HansaAccounting
public import HansaCore
import HansaPrivacy
public import HansaResults

/// What a run's other records say that its privacy ledger must say as well.
///
/// The chain of a ledger's lines shows any change among them, not that lines at the end are missing or that all are. A
/// coordinator compares before it goes on, `hansa verify` and `hansa ledger verify` when they look at a state folder.
public enum LedgerCompleteness {
    /// What is missing or contradicts, in words; nil where nothing does.
    ///
    /// - Parameters:
    ///   - ledger: a verifier that has read every line.
    ///   - participation: the record of each finished attempt.
    ///   - updates: the received updates that are known by their digests.
    ///   - unledgeredVersion: the version up to which models have no line.
    ///   - hasOpenRound: whether a round may have its publication's line and no record yet.
    public static func finding(
        _ ledger: LedgerVerifier,
        participation: [ParticipationRecord],
        updates: [(assignment: AssignmentID, payload: SHA256Digest)],
        unledgeredVersion: UInt64,
        hasOpenRound: Bool
    ) -> String? {
        var published: [UInt64: (round: UInt32, attempt: UInt32, clients: Set<UInt32>)] = [:]
        var clientsAddNoise = (ledger.state?.receivedCount ?? 0) > 0
        for line in ledger.publications {
            let clients = Set(line.clients.map(\.number))
            published[line.version, default: (line.round, line.attempt, [])].clients.formUnion(clients)
            switch line.placement {
            case .local, .distributed: clientsAddNoise = true
            case .central, nil: break
            }
        }
        var version: UInt64 = 0
        for record in participation {
            guard case .committed(let next, _) = record.outcome else { continue }
            version = next
            guard next > unledgeredVersion else { continue }
            let name = "round \(record.round), attempt \(record.attempt)"
            guard let line = published.removeValue(forKey: next) else {
                return "\(name): it made version \(next), and the privacy ledger has no line of it"
            }
            guard line.round == record.round, line.attempt == record.attempt, line.clients == Set(record.accepted)
            else {
                return "\(name): the privacy ledger names other clients or another round for version \(next)"
            }
        }
        if hasOpenRound { published[version &+ 1] = nil }
        if let stray = published.keys.min() {
            return "the privacy ledger has a line of version \(stray), which no record has"
        }
        guard clientsAddNoise else { return nil }
        for (id, payload) in updates where !(ledger.state?.hasCharged(id, payload: payload) ?? false) {
            return
                "round \(id.round), attempt \(id.attempt): the update of client \(id.client.number) was received, and "
                + "the privacy ledger has no line of it"
        }
        return nil
    }
}
