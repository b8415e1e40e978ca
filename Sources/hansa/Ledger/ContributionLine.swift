import HansaCore
import HansaResults
import HansaStore

/// A line of `hansa ledger export --kind contributions`.
struct ContributionLine: Encodable {
    private let run: String
    private let round: UInt32
    private let attempt: UInt32
    private let client: UInt32
    private let name: String?
    private let assignment: String
    private let payloadDigest: String
    private let payloadBytes: Int?
    private let verdict: String
    private let reason: String?
    private let version: UInt64?

    init(_ contribution: Contribution, run: String) {
        let id = contribution.assignment
        self.run = run
        round = id.round
        attempt = id.attempt
        client = id.client.number
        name = contribution.name
        assignment = "\(id.round)/\(id.attempt)/\(id.client.number)/\(id.fence)"
        payloadDigest = contribution.payloadDigest.hexadecimal
        payloadBytes = contribution.payloadByteCount
        switch contribution.verdict {
        case .counted(let version): (verdict, reason, self.version) = ("counted", nil, version)
        case .notCounted(let reason):
            (verdict, self.reason, version) = ("received-not-counted", reason?.rawValue, nil)
        case .pending: (verdict, reason, version) = ("pending", nil, nil)
        }
    }
}
