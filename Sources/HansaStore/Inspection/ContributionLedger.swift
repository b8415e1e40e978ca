import GRDB
import HansaCore
import HansaResults

/// Joins receipts with the records of who counted.
enum ContributionLedger {
    private struct Attempt: Hashable {
        let round: UInt32
        let attempt: UInt32
    }

    static func read(_ database: Database) throws -> [Contribution] {
        let roster = try StoreRows.roster(database)
        var ended: [Attempt: (record: ParticipationRecord, accepted: Set<UInt32>)] = [:]
        for record in try StoreRows.participation(database) {
            ended[Attempt(round: record.round, attempt: record.attempt)] = (record, Set(record.accepted))
        }
        return try StoreRows.receipts(database).map { row in
            let id = row.assignment
            let verdict: Contribution.Verdict
            switch ended[Attempt(round: id.round, attempt: id.attempt)] {
            case nil: verdict = .pending
            case let (record, accepted)?:
                switch record.outcome {
                case .committed(let version, _):
                    verdict = accepted.contains(id.client.number) ? .counted(version: version) : .notCounted(nil)
                case .aborted(let reason): verdict = .notCounted(reason)
                }
            }
            let number = Int(id.client.number)
            return Contribution(
                assignment: id,
                name: roster.indices.contains(number) ? roster[number] : nil,
                payloadDigest: row.payload,
                payloadByteCount: row.byteCount,
                verdict: verdict
            )
        }
    }
}
