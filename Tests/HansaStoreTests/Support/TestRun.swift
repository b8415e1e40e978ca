import HansaAccounting
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaStore

/// A run with one open round, in a folder.
struct TestRun {
    static let configuration = SHA256Digest(hashing: [1])
    static let run = RunID(high: 0xFEDC_BA98_7654_3210, low: 1)

    let schema: ParameterSchema

    init(parameterCount: Int = 6) throws {
        schema = try ParameterSchema([
            ParameterBlock(name: "layers.0.\"weight\"\\é\n", shape: [2, parameterCount / 2]),
            ParameterBlock(name: "router", shape: [2], role: .router(layer: 3)),
        ])
    }

    func checkpoint(version: UInt64 = 0, round: UInt32 = 0) -> Checkpoint {
        var stream = UInt32(truncatingIfNeeded: version) &+ 17
        var parameters = (0..<schema.count).map { _ in
            stream = stream &* 1_664_525 &+ 1_013_904_223
            return Float(Int32(bitPattern: stream)) / 0x1p31
        }
        parameters[0] = -0.0
        parameters[1] = .leastNonzeroMagnitude
        return Checkpoint(
            version: version,
            round: round,
            schema: schema,
            parameters: parameters,
            strategyState: [
                StateTensor(name: "v", values: [1, 2, 3]), StateTensor(name: "m", values: []),
                StateTensor(name: "b", values: []),
            ]
        )
    }

    func opening(round: UInt32 = 1, clients: UInt32 = 4) -> RoundOpening {
        let selected = (0..<clients).map { ClientID($0) }
        return RoundOpening(
            round: round,
            attempt: 0,
            modelVersion: 0,
            selected: selected,
            plans: [:],
            expected: selected
        )
    }

    func update(client: UInt32, payload: [UInt8]) -> (update: StoredUpdate, payload: [UInt8]) {
        let report = UpdateReport(
            assignment: AssignmentID(round: 1, attempt: 0, client: ClientID(client), fence: 0),
            planDigest: Self.configuration,
            sampleCount: 3,
            payloadDigest: SHA256Digest(hashing: payload)
        )
        return (StoredUpdate(report: report, weight: 3), payload)
    }

    /// Creates the run, opens its first round and stores the updates, one batch each.
    func fill(_ path: String, updates: [(update: StoredUpdate, payload: [UInt8])]) throws {
        let store = try DurableStore(folder: path)
        try store.create(run: Self.run, configurationDigest: Self.configuration, initial: checkpoint())
        try store.open(opening())
        for update in updates { try store.append([update]) }
    }

    /// What a store opened anew recovers.
    func recover(_ path: String) throws -> RecoveredRun? {
        try DurableStore(folder: path).recover(configurationDigest: Self.configuration)
    }

    /// The lines of a publication without noise, after a header where they are the ledger's first.
    static func lines(
        _ state: inout LedgerState,
        round: UInt32,
        version: UInt64,
        clients: [UInt32]
    ) throws -> [LedgerLine] {
        let header = state.lineCount == 0 ? [state.header()] : []
        let release = LedgerRelease(
            placement: nil,
            round: round,
            attempt: 0,
            content: .published(version: version, clients: clients.map { ClientID($0) }),
            plan: configuration,
            event: nil,
            derivation: "",
            cohortRule: ""
        )
        return header + [try state.release(release)]
    }

    /// A ledger before its header.
    static var ledger: LedgerState { LedgerState(terms: LedgerTerms(run: run, clientCount: 4)) }
}
