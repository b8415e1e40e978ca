import Foundation
import HansaClient
import HansaCore
import HansaPrivacy

@testable import HansaClientTransport

/// Records that cost something, and the ledgers they make.
enum LedgerWork {
    static let run = RunID(high: 5, low: 6)

    /// ε = 0.5, exactly.
    static func charge(source: NoiseSource = .system) throws -> PrivacyCharge {
        let event = PrivacyEvent(
            mechanism: .discreteLaplace(scale: try Ratio(64)),
            sensitivityL1: 32,
            sensitivityL2Squared: 1_024,
            dimension: 10,
            source: source
        )
        return .release(event, cost: try event.cost(), against: .everyone)
    }

    static func record(
        _ round: UInt32,
        payload: [UInt8] = [1, 2, 3],
        charge: PrivacyCharge? = nil
    ) throws -> OutboxRecord {
        let report = UpdateReport(
            assignment: AssignmentID(round: round, attempt: 0, client: ClientID(3), fence: 0),
            planDigest: SHA256Digest(hashing: [UInt8(truncatingIfNeeded: round)]),
            sampleCount: 1,
            payloadDigest: SHA256Digest(hashing: payload)
        )
        return OutboxRecord(
            update: ClientUpdate(report: report, payload: payload),
            charge: try charge ?? Self.charge()
        )
    }

    static func entry(_ record: OutboxRecord, _ answer: SubmissionAnswer = .accepted) -> JournalEntry {
        JournalEntry(assignment: record.assignment, payloadDigest: record.update.report.payloadDigest, answer: answer)
    }

    /// Round after round, each answered.
    static func answer(_ rounds: ClosedRange<UInt32>, in path: String) throws {
        var state = try StateFolder(path: path)
        _ = try state.begin(run)
        for round in rounds {
            let record = try record(round)
            try state.write(record)
            try state.settle(entry(record))
        }
    }

    static func totals(of path: String) throws -> DeviceLedgerTotals { try StateFolder(path: path).ledger.totals }

    static func copy(_ from: String, to: String) throws {
        try? FileManager.default.removeItem(atPath: to)
        try FileManager.default.copyItem(atPath: from, toPath: to)
    }
}
