import Foundation
import HansaAccounting
import HansaPrivacy

/// What an audit found, for people and as JSON.
struct PrivacyAuditReport: Encodable {
    struct Finding: Encodable {
        let adversary: String
        /// `epsilon` or `mu`.
        let measure: String
        let claim: Double
        let lowerBound: Double
        let ratio: Double
        let event: String
        let likelyCount: Int
        let unlikelyCount: Int
        let countedTrials: Int
        /// Squared L2 distance or L1 distance of the two inputs in steps, and what the claim allows neighbours.
        let realisedSensitivity: UInt64
        let claimedSensitivity: UInt64
        let isViolation: Bool

        init(_ finding: AuditFinding, of view: AuditView, bound: Int64) {
            adversary = view.adversary
            claim = finding.claim.value
            lowerBound = finding.lowerBound
            ratio = finding.ratio
            let comparison =
                switch finding.event.comparison {
                case .atLeast: "at least"
                case .atMost: "at most"
                case .equal: "exactly"
                }
            event =
                "\(AuditStatistic.names[finding.event.statistic]) \(comparison) \(finding.event.value), likelier for "
                + (finding.event.isPlusLikely ? "+K" : "−K")
            likelyCount = finding.likelyCount
            unlikelyCount = finding.unlikelyCount
            countedTrials = finding.trialCount
            let distance = UInt64(2 * bound)
            switch finding.claim {
            case .epsilon:
                measure = "epsilon"
                realisedSensitivity = distance
                claimedSensitivity = view.event.sensitivityL1
            case .mu:
                measure = "mu"
                realisedSensitivity = distance * distance
                claimedSensitivity = view.event.sensitivityL2Squared
            }
            isViolation = finding.isViolation
        }

        fileprivate var text: String {
            let letter = measure == "epsilon" ? "ε" : "µ"
            let norm = measure == "epsilon" ? "L1" : "squared L2"
            return """
                against \(adversary): \(letter) is at least \(Self.brief(lowerBound)), claimed \(Self.brief(claim)) \
                (\(Self.brief(ratio)) of it)
                  event: \(event)
                  counted \(likelyCount) and \(unlikelyCount) times in \(countedTrials) releases each
                  \(norm) distance of the inputs \(realisedSensitivity), claimed for neighbours \(claimedSensitivity)
                  \(isViolation ? "REFUTED: the pipeline reveals more than it claims" : "not refuted")

                """
        }

        private static func brief(_ value: Double) -> String { String(format: "%.4f", value) }
    }

    let audit = "two-point"
    let neighbours = AccountReport.relation
    let protects = AccountReport.unit
    let mechanism: String
    let placement: String
    let dimension: Int
    /// Releases of each input.
    let trials: Int
    let significance: Double
    let noiseSource: String
    let trialsPerSecond: Double
    let findings: [Finding]

    var text: String {
        var text =
            "two-point audit of \(mechanism) noise, \(placement), \(dimension) \(dimension == 1 ? "coordinate" : "coordinates"), noise source "
        text += "\(noiseSource); \(2 * trials) releases at \(Int(trialsPerSecond)) a second\n"
        text +=
            "a sound pipeline is called broken with a chance of \(significance) a claim; neighbours: \(neighbours)\n"
        for finding in findings { text += finding.text }
        return text
    }
}
