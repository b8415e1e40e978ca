import Foundation
import HansaCore
import HansaStore

/// What `hansa verify` prints of a folder that is well.
struct StateReportText: Encodable {
    private let run: String?
    private let version: UInt64
    private let model: String?
    private let committed: Int
    private let aborted: Int
    private let contributions: Int
    private let counted: Int
    private let payloads: Int
    private let checkpoints: Int
    private let restarts: Int

    init(_ report: StateReport) {
        run = report.run?.hexadecimal
        version = report.version
        model = report.modelDigest?.hexadecimal
        committed = report.committedCount
        aborted = report.abortedCount
        contributions = report.contributionCount
        counted = report.countedCount
        payloads = report.payloadCount
        checkpoints = report.checkpointCount
        restarts = report.restartCount
    }

    var text: String {
        guard let run else { return "ok: an empty state, whose run has not begun" }
        return """
            ok: run \(run), version \(version), model \(model ?? "-")
            \(committed) attempts committed, \(aborted) given up; \(contributions) contributions, \(counted) counted; \
            \(checkpoints) models and \(payloads) payloads read; \(restarts) restarts
            """
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
