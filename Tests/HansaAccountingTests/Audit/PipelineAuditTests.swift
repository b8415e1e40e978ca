import HansaAccounting
import HansaCore
import HansaPrivacy
import Testing

/// The audit of the client's own pipeline, at PRIVACY.md's figures.
@Suite("The audit of the pipeline")
struct PipelineAuditTests {
    private func findings(
        _ law: NoiseLaw,
        placement: NoisePlacement = .local,
        noiseFor claim: Double = 1,
        claimed: Double? = nil,
        dimension: Int = 1,
        trials: Int = 200_000
    ) async throws -> [AuditFinding] {
        let plan = try AuditPlan(
            law: law,
            placement: placement,
            claim: claim,
            dimension: dimension,
            source: .seeded
        )
        let release = try ClientRelease(plan, seed: 20)
        let samples = try await AuditTrials.samples(of: release, count: trials)
        return try zip(release.views, samples).map { view, samples in
            var audited = try AuditClaim(view.event)
            if let claimed { audited = law == .discreteLaplace ? .epsilon(claimed) : .mu(claimed) }
            return try TwoPointAudit(claim: audited).finding(samples)
        }
    }

    @Test("discrete Laplace noise for ε = 1 is between 0.93 and 1 of it")
    func laplace() async throws {
        let finding = try #require(try await findings(.discreteLaplace).first)
        #expect(finding.claim == .epsilon(1) && finding.trialCount == 100_000)
        #expect(finding.lowerBound >= 0.93 && finding.lowerBound <= 1)
    }

    @Test(
        "Gaussian-type noise for µ = 1 is between 0.90 and 1 of it",
        arguments: [NoiseLaw.discreteGaussian, .skellam]
    )
    func gaussian(law: NoiseLaw) async throws {
        let finding = try #require(try await findings(law).first)
        #expect(abs(finding.claim.value - 1) < 1e-6)
        #expect(finding.lowerBound >= 0.90 && finding.lowerBound <= 1)
    }

    @Test("shares are judged alone, towards the coordinator, and together, towards readers")
    func distributed() async throws {
        let findings = try await findings(
            .skellam,
            placement: .distributed(cohortMin: 4),
            dimension: 3,
            trials: 30_000
        )
        // A quarter of the variance is half the deviation.
        try #require(findings.count == 2)
        #expect(abs(findings[0].claim.value - 2) < 1e-6 && abs(findings[1].claim.value - 1) < 1e-6)
        #expect(findings[0].ratio > 0.85 && findings[1].ratio > 0.85)
        #expect(findings.allSatisfy { !$0.isViolation })
    }

    @Test("noise × 0.9 and half the noise refute the claim", arguments: NoiseLaw.allCases)
    func tooLittle(law: NoiseLaw) async throws {
        let lessened = try #require(try await findings(law, noiseFor: 1 / 0.9, claimed: 1, trials: 120_000).first)
        #expect(lessened.isViolation)
        let halved = try #require(try await findings(law, noiseFor: 2, claimed: 1, trials: 20_000).first)
        #expect(halved.lowerBound > 1.5)
    }

    @Test("is the same again from the same seed, on any number of cores")
    func repeats() async throws {
        let plan = try AuditPlan(law: .skellam, placement: .local, claim: 1, dimension: 2, source: .seeded)
        let release = try ClientRelease(plan, seed: 5)
        let samples = try await AuditTrials.samples(of: release, count: 203, workerCount: 1)
        #expect(try await AuditTrials.samples(of: release, count: 203, workerCount: 7) == samples)
        let other = try ClientRelease(plan, seed: 6)
        #expect(try await AuditTrials.samples(of: other, count: 203) != samples)
        // No two trials share noise: of 406 values between some −1,500 and 1,500 most are different.
        #expect(Set(samples[0].plus[0] + samples[0].minus[0]).count > 250)
    }

    @Test("the two inputs need all the noise: after the clip they are the claim's sensitivity apart")
    func inputs() async throws {
        for law in NoiseLaw.allCases {
            for dimension in [1, 40, 4096] {
                let audited = try AuditPlan(
                    law: law,
                    placement: .local,
                    claim: 1,
                    dimension: dimension,
                    source: .seeded
                )
                let event = try #require(try audited.plan.clientEvent(schema: audited.schema))
                let distance = UInt64(2 * audited.bound)
                if law == .discreteLaplace {
                    #expect(event.sensitivityL1 == distance)
                } else {
                    #expect(event.sensitivityL2Squared >= distance * distance)
                    #expect(Double(event.sensitivityL2Squared) < 1.02 * Double(distance * distance))
                }
                // Without noise the pipeline sends ±K.
                var bare = audited.plan
                bare.noise = .none
                let integers = try [true, false].map { isPlus in
                    try NoiselessPipeline.integers(audited.input(isPlus: isPlus), plan: bare, schema: audited.schema)
                }
                var expected = [Int32](repeating: 0, count: dimension)
                expected[0] = Int32(audited.bound)
                #expect(integers[0] == expected)
                expected[0] = -expected[0]
                #expect(integers[1] == expected)
            }
        }
    }

    @Test("refuses plans that nobody could follow")
    func refusals() throws {
        func plan(_ law: NoiseLaw, claim: Double = 1, dimension: Int = 1, placement: NoisePlacement = .local) throws {
            _ = try AuditPlan(law: law, placement: placement, claim: claim, dimension: dimension, source: .seeded)
        }
        #expect(throws: AuditError.invalidClaim(got: 0)) { try plan(.skellam, claim: 0) }
        #expect(throws: AuditError.invalidDimension(got: 0, max: 4096)) { try plan(.skellam, dimension: 0) }
        #expect(throws: AuditError.plan(.noiseDoesNotFitLattice)) { try plan(.discreteLaplace, claim: 1e-5) }
        #expect(throws: AuditError.self) {
            try plan(.discreteGaussian, placement: .distributed(cohortMin: 3))
        }
    }
}
