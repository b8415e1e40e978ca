import Foundation
import HansaNumerics
import HansaPrivacy
import Testing

@testable import HansaAccounting

/// The audit's statistics on laws whose ε or µ is known.
@Suite("The two-point audit")
struct TwoPointAuditTests {
    /// Samples of two laws of one statistic.
    private func samples(
        _ count: Int,
        seed: UInt64,
        plus: (inout RandomStream) -> Int64,
        minus: (inout RandomStream) -> Int64
    ) -> AuditSamples {
        var stream = RandomStream(seed: seed, purpose: .faults)
        let first = (0..<count).map { _ in plus(&stream) }
        return AuditSamples(plus: [first], minus: [(0..<count).map { _ in minus(&stream) }])
    }

    /// Randomized response: 1 with e^ε / (1 + e^ε) for one input, with 1 / (1 + e^ε) for the other.
    private func responses(epsilon: Double, count: Int, seed: UInt64) -> AuditSamples {
        let truth = 1 / (1 + exp(-epsilon))
        return samples(count, seed: seed, plus: { $0.nextDouble() < truth ? 1 : 0 }) {
            $0.nextDouble() < truth ? 0 : 1
        }
    }

    /// N(±µ/2, 1) in thousandths.
    private func normals(mu: Double, count: Int, seed: UInt64) -> AuditSamples {
        func draw(_ stream: inout RandomStream, _ mean: Double) -> Int64 {
            Int64((1000 * (mean + NormalQuantile.of(stream.nextDouble() + 0x1p-54))).rounded())
        }
        return samples(count, seed: seed, plus: { draw(&$0, mu / 2) }, minus: { draw(&$0, -mu / 2) })
    }

    @Test("comes close to a known ε from below", arguments: [0.5, 1, 2] as [Double])
    func randomizedResponse(epsilon: Double) throws {
        let finding = try TwoPointAudit(claim: .epsilon(epsilon))
            .finding(responses(epsilon: epsilon, count: 200_000, seed: 1))
        // Five deviations of ln(p/q) at 100,000 trials are below 0.05 for these ε.
        #expect(finding.lowerBound <= epsilon && finding.lowerBound > epsilon - 0.06)
        #expect(!finding.isViolation && finding.trialCount == 100_000)
        let lie = try TwoPointAudit(claim: .epsilon(0.85 * epsilon))
            .finding(responses(epsilon: epsilon, count: 200_000, seed: 1))
        #expect(lie.isViolation && lie.lowerBound == finding.lowerBound)
    }

    @Test("comes close to a known µ from below", arguments: [0.5, 1, 2] as [Double])
    func gaussian(mu: Double) throws {
        let finding = try TwoPointAudit(claim: .mu(mu)).finding(normals(mu: mu, count: 100_000, seed: 2))
        #expect(finding.lowerBound <= mu && finding.lowerBound > mu - 0.08)
        let lie = try TwoPointAudit(claim: .mu(0.8 * mu)).finding(normals(mu: mu, count: 100_000, seed: 2))
        #expect(lie.isViolation)
    }

    @Test("finds outcomes that only one input has, however rare, in any statistic and direction")
    func support() throws {
        for isPlus in [true, false] {
            for far: Int64 in [-1_000_000, 1_000_000] {
                // Equal but for 1 in 200 far away, under one input only; 2,000 other values hide it.
                func value(_ stream: inout RandomStream, _ isHere: Bool) -> Int64 {
                    let common = Int64(stream.next(below: 2000))
                    return stream.next(below: 200) == 0 && isHere ? far : common
                }
                var found = samples(40_000, seed: 3, plus: { value(&$0, isPlus) }, minus: { value(&$0, !isPlus) })
                found.plus.insert([Int64](repeating: 7, count: 40_000), at: 0)
                found.minus.insert([Int64](repeating: 7, count: 40_000), at: 0)
                let finding = try TwoPointAudit(claim: .epsilon(1)).finding(found)
                #expect(finding.event.statistic == 1 && finding.event.isPlusLikely == isPlus)
                #expect(finding.event.count(in: [far]) == 1 && finding.unlikelyCount == 0)
                // 100 of 20,000 against none: ln(0.0028 / 0.00073).
                #expect(finding.lowerBound > 1.2)
            }
        }
    }

    @Test("finds single values where noise was left out")
    func atoms() throws {
        // 0 to 99 alike for both, but for 1 in 50 that is 42 for the first input and 57 for the second.
        func value(_ stream: inout RandomStream, _ bare: Int64) -> Int64 {
            let noised = Int64(stream.next(below: 100))
            return stream.next(below: 50) == 0 ? bare : noised
        }
        let found = samples(40_000, seed: 4, plus: { value(&$0, 42) }, minus: { value(&$0, 57) })
        let finding = try TwoPointAudit(claim: .epsilon(0.3)).finding(found)
        #expect(finding.event.comparison == .equal && [42, 57].contains(finding.event.value))
        // The truth is ln(0.0298 / 0.0098) = 1.11.
        #expect(finding.isViolation && finding.lowerBound < 1.11)
    }

    @Test("judges by trials that did not choose the event")
    func heldOut() throws {
        // The first half tells the inputs apart, the second does not.
        let half = 10_000
        let same = [Int64](repeating: 5, count: half)
        let finding = try TwoPointAudit(claim: .epsilon(1)).finding(
            AuditSamples(
                plus: [[Int64](repeating: 9, count: half) + same],
                minus: [[Int64](repeating: 1, count: half) + same]
            )
        )
        #expect(finding.lowerBound == 0)
    }

    @Test("is above the truth as rarely as it says")
    func coverage() throws {
        // No difference at all, so that every bound above 0 is wrong. 400 audits at 1 in 20, and five deviations.
        let audit = try TwoPointAudit(claim: .epsilon(1), significance: 0.05)
        var wrong = 0
        for seed: UInt64 in 1...400 {
            let value: (inout RandomStream) -> Int64 = { Int64($0.next(below: 60)) }
            if try audit.finding(samples(400, seed: seed, plus: value, minus: value)).lowerBound > 0 { wrong += 1 }
        }
        #expect(wrong <= 42)
    }

    @Test("refuses what says nothing")
    func refusals() throws {
        #expect(throws: PrivacyError.invalidRequest) { try TwoPointAudit(claim: .epsilon(0)) }
        #expect(throws: PrivacyError.invalidRequest) { try TwoPointAudit(claim: .mu(.infinity)) }
        #expect(throws: PrivacyError.invalidRequest) { try TwoPointAudit(claim: .mu(1), significance: 0) }
        let audit = try TwoPointAudit(claim: .epsilon(1))
        #expect(throws: PrivacyError.invalidRequest) { try audit.finding(AuditSamples(plus: [], minus: [])) }
        #expect(throws: PrivacyError.invalidRequest) {
            try audit.finding(AuditSamples(plus: [[1, 2, 3], [1, 2, 3]], minus: [[1, 2, 3]]))
        }
    }
}
