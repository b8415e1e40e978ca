import Foundation
import HansaAccounting
import HansaCore
import HansaPrivacy

/// What `Scripts/privacy-mutants` asks of a build: the audits of `hansa privacy audit --two-point` and the fits of
/// `hansa privacy sample`, one JSON object a line.
///
/// Noise is seeded, so that a build gives the same figures again. It ends with 0 whatever the figures are.
@main struct AuditProbe {
    private struct AuditLine: Encodable {
        let check = "audit"
        let law: String
        let claim: Double
        let lowerBound: Double
    }

    private struct FitLine: Encodable {
        let check = "fit"
        let law: String
        let parameter: Double
        /// Of the chi-square.
        let p: Double
        /// Of the number of draws in the far tail.
        let tailP: Double
    }

    private static let seed: UInt64 = 20
    private static let drawCount = 1_000_000

    static func main() async throws {
        for law in NoiseLaw.allCases {
            let plan = try AuditPlan(law: law, placement: .local, claim: 1, dimension: 2, source: .seeded)
            let release = try ClientRelease(plan, seed: seed)
            let samples = try await AuditTrials.samples(of: release, count: AuditTrials.countDefault)
            for (view, samples) in zip(release.views, samples) {
                let finding = try TwoPointAudit(claim: AuditClaim(view.event)).finding(samples)
                try show(AuditLine(law: law.rawValue, claim: finding.claim.value, lowerBound: finding.lowerBound))
            }
            // A scale or deviation of 2 and of 32.
            for parameter in law == .discreteLaplace ? [2, 32] : [4, 1024] as [UInt64] {
                let mechanism = law.mechanism(try Ratio(parameter))
                let fit = try GoodnessOfFit(draws(mechanism), law: mechanism)
                try show(FitLine(law: law.rawValue, parameter: Double(parameter), p: fit.pValue, tailP: fit.tailPValue))
            }
        }
    }

    private static func draws(_ mechanism: NoiseMechanism) throws(PrivacyError) -> [Int32] {
        let sampler = try NoiseSampler(mechanism)
        var stream = try NoiseStream(key: NoiseKey.insecureRoot(seed: seed))
        var draws = [Int32](repeating: 0, count: drawCount)
        var failure: PrivacyError?
        draws.withUnsafeMutableBufferPointer { draws in
            do throws(PrivacyError) { try sampler.fill(draws, from: &stream) } catch { failure = error }
        }
        if let failure { throw failure }
        return draws
    }

    private static func show(_ line: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }
}
