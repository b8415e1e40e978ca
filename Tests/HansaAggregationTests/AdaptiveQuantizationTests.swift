import HansaAccounting
import HansaAggregation
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import HansaTesting
import Testing

/// AQ-DP with a promise that holds.
@Suite("AQ-DP, strict") struct AdaptiveQuantizationTests {
    static func configuration(
        multiplier: Double = 2,
        from: Int = 32,
        to: Int = 8,
        noise: NoiseConfiguration? = nil,
        options: [String: StrategyOption] = [:]
    ) throws -> StrategyConfiguration {
        StrategyConfiguration(
            work: Fixtures.work,
            weighting: .uniform,
            clip: .l1(bound: 1),
            widths: .cosine(from: try BitWidth(from), to: try BitWidth(to), rounds: 10),
            ranges: [SectionRange(range: 1)],
            noise: noise
                ?? NoiseConfiguration(
                    law: .laplace,
                    placement: .local,
                    multiplier: multiplier,
                    source: .seeded,
                    cohort: 10
                ),
            options: options
        )
    }

    static func plan(_ strategy: AdaptiveQuantization, round: UInt32, role: ClientRole = .trainer) throws -> RoundPlan {
        let directive = try strategy.directive(for: role, in: Fixtures.context(round: round))
        return RoundPlan(
            run: RunID(high: 1, low: 2),
            round: round,
            attempt: 0,
            role: role,
            model: SHA256Digest(hashing: []),
            modelVersion: 0,
            work: directive.work,
            weighting: directive.weighting,
            clip: directive.clip,
            noise: directive.noise,
            down: directive.down,
            up: directive.up,
            deadlineMilliseconds: 1000,
            requiredCapabilities: directive.requiredCapabilities
        )
    }

    static func width(_ plan: RoundPlan) throws -> Int {
        guard case .packed(_, let width)? = plan.up.first?.encoding else { throw PlanError.malformed }
        return width.bits
    }

    @Test("every round costs what the multiplier says, whatever its width")
    func cost() throws {
        let strategy = try AdaptiveQuantization(Self.configuration())
        let schema = try Fixtures.schema()
        var widths: [Int] = []
        for round: UInt32 in 1...10 {
            let plan = try Self.plan(strategy, round: round)
            try plan.validate(schema: schema, cohortMax: 10)
            let event = try #require(try plan.clientEvent(schema: schema))
            let epsilon = try #require(try event.cost().pureEpsilon)
            #expect(epsilon <= 1 && epsilon > 0.99)
            widths.append(try Self.width(plan))
        }
        // The schedule 32 31 30 27 24 20 16 13 10 9, as far as samplers and noise allow.
        #expect(zip(widths, widths.dropFirst()).allSatisfy { $0.0 >= $0.1 })
        #expect(widths[9] == 9 && widths[0] >= 24)
    }

    @Test("where the noise needs more bits than the schedule gives, it gets them")
    func noiseDecides() throws {
        let strategy = try AdaptiveQuantization(Self.configuration(to: 2))
        let last = try Self.plan(strategy, round: 10)
        // 3 bits by the schedule; a multiplier of 2 and the tail of 545 coordinates of 10 clients need more.
        #expect(try Self.width(last) > 3)
        try last.validate(schema: Fixtures.schema(), cohortMax: 10)
    }

    @Test("neighbouring inputs give payloads of one length")
    func lengths() throws {
        let schema = try Fixtures.schema()
        for options in [[:], ["client-widths": .word("padded")]] as [[String: StrategyOption]] {
            let plan = try Self.plan(AdaptiveQuantization(Self.configuration(options: options)), round: 5)
            var lengths: Set<Int> = []
            for (number, value) in [Float(0), 1e-6, 3, -100].enumerated() {
                for sampleCount in [1, 10, 5000] {
                    let payload = try Self.encode(
                        plan,
                        schema: schema,
                        first: value,
                        trial: UInt32(number),
                        sampleCount
                    )
                    lengths.insert(payload.count)
                }
            }
            #expect(lengths == [plan.updateByteCount(schema: schema)])
        }
    }

    static func encode(
        _ plan: RoundPlan,
        schema: ParameterSchema,
        first: Float,
        trial: UInt32,
        _ sampleCount: Int = 1,
        station: NoiseStation? = nil
    ) throws -> [UInt8] {
        let received = [Float](repeating: 0, count: schema.count)
        var local = received
        local[0] = first
        let assignment = AssignmentID(round: plan.round, attempt: 0, client: ClientID(trial), fence: 0)
        var words = RandomStream(seed: 3, client: trial, purpose: .rounding)
        return try UpdatePipeline.encode(
            local: local,
            received: received,
            sampleCount: sampleCount,
            plan: plan,
            schema: schema,
            words: &words,
            noiseKey: NoiseKey.client(assignment, plan: plan, seed: UInt64(trial) << 1 | (first < 0 ? 1 : 0)),
            noiseStation: station
        ).payload
    }

    /// The lower bound on ε from ± the clip bound in one coordinate, through the pipeline of a device.
    static func lowerBound(_ plan: RoundPlan, trials: UInt32, claim: Double) throws -> Double {
        let schema = try ParameterSchema([ParameterBlock(name: "weight", shape: [2])])
        guard case .packed(_, let width)? = plan.up.first?.encoding else { throw PlanError.malformed }
        let station = try NoiseStation(plan: plan)
        func samples(_ first: Float) throws -> [Int64] {
            try (0..<trials).map { trial in
                let payload = try encode(plan, schema: schema, first: first, trial: trial, station: station)
                return Int64(try PackedLayout.unpack(payload, count: 2, width: width)[0])
            }
        }
        let found = AuditSamples(plus: [try samples(16)], minus: [try samples(-16)])
        return try TwoPointAudit(claim: .epsilon(claim)).finding(found).lowerBound
    }

    /// PRIVACY.md, section 9: 0.93 to 1.0 of the claim at 200,000 trials; half the noise refutes it by half as much again.
    @Test(
        "the two-point audit of a device's pipeline finds the claim, and half the noise refutes it",
        arguments: [32, 10]
    )
    func audit(bits: Int) throws {
        let schema = try ParameterSchema([ParameterBlock(name: "weight", shape: [2])])
        func plan(multiplier: Double) throws -> RoundPlan {
            let strategy = try AdaptiveQuantization(
                Self.configuration(multiplier: multiplier, from: bits, to: bits)
            )
            var context = try Fixtures.context(round: 1)
            context.schema = schema
            let directive = try strategy.directive(for: .trainer, in: context)
            var plan = try Self.plan(strategy, round: 1)
            (plan.up, plan.down, plan.noise) = (directive.up, directive.down, directive.noise)
            try plan.validate(schema: schema, cohortMax: 10)
            return plan
        }
        let bound = try Self.lowerBound(plan(multiplier: 2), trials: 200_000, claim: 1)
        #expect(bound >= 0.93 && bound <= 1)
        #expect(try Self.lowerBound(plan(multiplier: 1), trials: 20_000, claim: 1) > 1.5)
    }

    @Test("public classes have widths of their own, in plans of their own, and add up lawfully")
    func classes() throws {
        let strategy = try AdaptiveQuantization(
            Self.configuration(
                options: [
                    "client-widths": .word("classes"), "small-clients": .number(3), "small-importance": .number(0.5),
                ]
            )
        )
        let context = try Fixtures.context(round: 3)
        #expect(strategy.roles(in: context) == [.trainer, .smallTrainer])
        #expect(
            [0, 2, 3, 99].map { strategy.role(of: ClientID($0), in: context) } == [
                .smallTrainer, .smallTrainer, .trainer, .trainer,
            ]
        )
        let plans = try [ClientRole.trainer, .smallTrainer].map { try Self.plan(strategy, round: 3, role: $0) }
        #expect(try Self.width(plans[0]) > Self.width(plans[1]))
        let shape = try Fixtures.shape(plans[0], plans[1])
        var updates: [VerifiedUpdate] = []
        for (index, plan) in plans.enumerated() {
            let made = UpdateFactory(schema: shape.schema, plan: plan, seed: UInt64(index + 1)).verifiedUpdates(4)
            for (number, update) in made.enumerated() {
                var update = update
                update.assignment = AssignmentID(
                    round: 3,
                    attempt: 0,
                    client: ClientID(UInt32(10 * index + number)),
                    fence: 0
                )
                updates.append(update)
            }
        }
        #expect(checkAggregator(updates: updates, shape: shape) { try strategy.makeAggregator(shape: $0) } == [])
    }

    @Test("what its promise would not survive is refused")
    func refusals() throws {
        func key(_ make: () throws -> StrategyConfiguration) -> String? {
            do {
                _ = try AdaptiveQuantization(try make())
                return nil
            } catch {
                return (error as? ConfigurationError)?.key
            }
        }
        #expect(key { try Self.configuration() } == nil)
        #expect(key { try Self.configuration(options: ["mode": .word("paper")]) } == "mode")
        #expect(key { try Self.configuration(options: ["client-widths": .word("declared")]) } == "client-widths")
        #expect(key { try Self.configuration(options: ["client-widths": .word("classes")]) } == "small-clients")
        #expect(key { try Self.configuration(options: ["small-clients": .number(3)]) } == "small-clients")
        #expect(key { try Self.configuration(options: ["frobnicate": .number(3)]) } == "options")
        var bare = try Self.configuration()
        bare.noise = nil
        #expect(key { bare } == "noise")
        let gaussian = NoiseConfiguration(law: .gaussian, placement: .local, multiplier: 1, cohort: 10)
        #expect(key { try Self.configuration(noise: gaussian) } == "noise")
        var weighted = try Self.configuration()
        weighted.weighting = .samples(cap: 10)
        #expect(key { weighted } == "weighting")
    }
}
