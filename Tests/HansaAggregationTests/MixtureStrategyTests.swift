import HansaAggregation
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import HansaTesting
import Testing

@Suite("The strategies for mixtures of experts")
struct MixtureStrategyTests {
    typealias ConflictAware = MixtureAveraging<ConflictAwareMixture>

    private static func context(_ schema: ParameterSchema) -> RoundContext {
        RoundContext(
            round: 1,
            attempt: 0,
            roundCount: 10,
            population: 12,
            cohort: 12,
            schema: schema,
            seed: 1
        )
    }

    private static func directive(_ strategy: some Strategy) throws -> RoundDirective {
        try strategy.directive(for: .trainer, in: context(MixtureFixtures.schema()))
    }

    private static func noised(
        _ placement: NoisePlacement = .local,
        options: [String: StrategyOption] = [:]
    ) throws -> StrategyConfiguration {
        var configuration = try Fixtures.configuration(
            weighting: .uniform,
            clip: .l2(bound: 1),
            widths: .constant(BitWidth(16)),
            options: options
        )
        configuration.noise = NoiseConfiguration(
            law: placement == .local ? .gaussian : .skellam,
            placement: placement,
            multiplier: 0.5,
            cohort: 12
        )
        return configuration
    }

    @Test("are registered under the literature's names")
    func registry() throws {
        let names = StrategyRegistry.standard.names
        for name in ["fc-moe", "fedavg-experts", "fedmoe"] {
            #expect(names.contains(name))
            let made = try StrategyRegistry.standard.makeStrategy(named: name, Fixtures.configuration())
            #expect(type(of: made).name == name)
        }
    }

    @Test("cut the update at experts' borders, ask for loads, and FC-MoE for retention")
    func plans() throws {
        let directive = try Self.directive(ConflictAware(Fixtures.configuration()))
        #expect(directive.up.map(\.blocks) == [0..<1, 1..<2, 2..<3, 3..<4, 4..<5, 5..<6, 6..<7, 7..<8, 8..<9])
        #expect(directive.omitsIdleExperts && directive.returnedFields.contains([.expertLoads, .sampleCount]))
        #expect(directive.algorithm == .retention(ExpertRetention(kind: .projected, factor: 0.5)))
        #expect(directive.requiredCapabilities.contains([.memory, .companions]))
        let plain = try MixtureAveraging<ExpertAveraging>(Fixtures.configuration())
        #expect(try Self.directive(plain).algorithm == .descent)
        #expect(plain.traits.isDisjoint(with: [.conflictTest, .normImportance, .clientMemory]))
        let options: [String: StrategyOption] = [
            "residual": .word("deviation"), "lambda": .number(0.25), "margin": .number(0.125),
        ]
        let rate = ServerOptimizerConfiguration.sgd(learningRate: 0.5)
        let kept = try ConflictAware(Fixtures.configuration(optimizer: rate, options: options))
        let expected = ExpertRetention(kind: .deviation, factor: 0.25, serverRate: 0.5, margin: 0.125)
        #expect(try Self.directive(kept).algorithm == .retention(expected))
        #expect(kept.companion(for: .trainer, in: Self.context(try MixtureFixtures.schema())) == nil)
        #expect(kept.changesMemory(as: .trainer) && !plain.changesMemory(as: .trainer))
    }

    @Test("take an update without its idle experts for one with zeros")
    func omission() throws {
        var plan = try MixtureFixtures.plan()
        plan.returnedFields = [.expertLoads, .sampleCount]
        plan.up = try [0..<1, 1..<2, 2..<3, 3..<4, 4..<5, 5..<6, 6..<7, 7..<8, 8..<9].map {
            try Fixtures.section($0, step: 1e-3, bits: 7)
        }
        var short = plan
        short.omitsIdleExperts = true
        let whole = try MixtureFixtures.updates(plan, seed: 6)
        let schema = try MixtureFixtures.schema()
        let cut = whole.map { update in
            var (update, start) = (update, 0)
            let payload = update.payload
            update.payload = []
            let omitted = short.omittedSections(schema: schema, expertLoads: update.expertLoads)
            for (index, section) in short.up.enumerated() {
                let count = schema.parameterRange(ofBlocks: section.blocks).count
                let end = start + section.byteCount(parameterCount: count)
                if !omitted[index] { update.payload += payload[start..<end] }
                start = end
            }
            return update
        }
        #expect(zip(cut, whole).contains { $0.payload.count < $1.payload.count })
        let expected = try MixtureFixtures.aggregate(whole, MixtureFixtures.shape(plan), MixtureRules())
        let shape = try MixtureFixtures.shape(short)
        #expect(try MixtureFixtures.aggregate(cut, shape, MixtureRules()).deltaBits == expected.deltaBits)
        var aggregator = try MixtureAggregator(shape: shape, rules: MixtureRules(), participation: .loads)
        for change in [-1, 1] {
            var bad = cut[0]
            if change < 0 { bad.payload.removeLast() } else { bad.payload.append(0) }
            #expect(throws: AggregationError.self) { try aggregator.accumulate(bad) }
        }
        for update in cut { try aggregator.accumulate(update) }
        #expect(try aggregator.report().deltaBits == expected.deltaBits)
    }

    @Test("keep the consensus, and nothing else, over a restart")
    func state() throws {
        let plan = try MixtureFixtures.plan()
        let shape = try MixtureFixtures.shape(plan)
        let aggregates = try (0..<3 as Range<UInt64>).map { seed in
            try MixtureFixtures.aggregate(
                MixtureFixtures.updates(plan, seed: seed),
                shape,
                MixtureRules(),
                reportsConsensus: true
            )
        }
        let start = [Float](repeating: 0.5, count: shape.schema.count)
        #expect(
            checkStrategyState(parameters: start, aggregates: aggregates) {
                try ConflictAware(Fixtures.configuration())
            } == []
        )
        let none = try Fixtures.configuration(options: ["residual": .word("none")])
        #expect(checkStrategyState(parameters: start, aggregates: aggregates) { try ConflictAware(none) } == [])
        var strategy = try ConflictAware(Fixtures.configuration())
        var model = start
        var bare = aggregates[0]
        bare.parts = []
        #expect(throws: AggregationError.shapeMismatch) { try strategy.advance(&model, by: bare) }
        #expect(model == start && strategy.state.isEmpty)
        let context = Self.context(shape.schema)
        #expect(strategy.companion(for: .trainer, in: context) == [Float](repeating: 0, count: shape.schema.count))
        try strategy.advance(&model, by: aggregates[0])
        #expect(strategy.companion(for: .trainer, in: context) == aggregates[0].parts[0].values)
    }

    @Test("under local noise send every expert, divide by the cohort, and look at angles only")
    func noise() throws {
        let strategy = try ConflictAware(Self.noised(options: ["residual": .word("none")]))
        let directive = try Self.directive(strategy)
        #expect(!directive.omitsIdleExperts && directive.returnedFields.isEmpty)
        #expect(directive.up.count == 1 && directive.noise != .none)
        #expect(
            strategy.traits.isDisjoint(with: [.loadCounts, .partialUpdates, .normImportance, .realisedDenominator])
        )
        var plan = Fixtures.plan(weighting: .uniform, up: directive.up)
        plan.down = directive.down
        plan.clip = directive.clip
        plan.noise = directive.noise
        plan.requiredCapabilities = directive.requiredCapabilities
        let shape = try MixtureFixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 3).verifiedUpdates(9)
        var aggregator = try strategy.makeAggregator(shape: shape)
        for update in updates { try aggregator.accumulate(update) }
        let got = try aggregator.report()
        var mean = try MeanAggregator(shape: shape, denominator: .constant(12))
        for update in updates { try mean.accumulate(update) }
        let expected = try mean.report()
        for range in MixtureFixtures.shared { #expect(got.deltaBits[range] == expected.deltaBits[range]) }
        // Every client counts: three quarters of the naive mean over all nine.
        var told = updates
        for index in told.indices { told[index].expertLoads = [1, 1, 1, 1] }
        let rules = MixtureRules(importance: .uniform)
        for (expert, ranges) in MixtureFixtures.experts.enumerated() {
            let naive = MixtureFixtures.naive(told, shape, rules, expert: expert)
            let due = try #require(naive.delta).map { $0 * 9 / 12 }
            let scale = due.reduce(0) { max($0, abs($1)) }
            #expect(NaiveExpertTests.isNear(ranges.flatMap { got.delta[$0].map(Double.init) }, due, 1e-5 * scale))
        }
        #expect(throws: AggregationError.noiseUnsupported) {
            try aggregator.addNoise(root: [UInt8](repeating: 1, count: 32))
        }
    }

    @Test("refuse what would not be private, or would not be what its name says")
    func refusals() throws {
        func key(_ configuration: StrategyConfiguration) -> String? {
            do throws(ConfigurationError) {
                _ = try ConflictAware(configuration)
                return nil
            } catch {
                return error.key
            }
        }
        #expect(key(try Self.noised()) == nil)
        #expect(key(try Self.noised(.distributed(cohortMin: 6))) == "noise.placement")
        #expect(key(try Self.noised(options: ["importance": .word("tokens")])) == "importance")
        #expect(key(try Self.noised(options: ["users": .word("loads")])) == "users")
        for (options, expected) in [
            (["importnace": .word("tokens")], "options"), (["importance": .word("norm")], "importance"),
            (["margin": .number(1)], "margin"), (["norm-cap": .number(0.5)], "norm-cap"),
            (["lambda": .number(-1)], "lambda"), (["conflict": .flag(true)], "conflict"),
            (["importance-share": .number(1.5)], "importance-share"),
            (["users": .word("changes")], "importance"),
            (["residual": .word("projected"), "conflict": .word("pcgrad")], "residual"),
        ] as [([String: StrategyOption], String)] {
            #expect(key(try Fixtures.configuration(options: options)) == expected)
        }
        #expect(key(try Fixtures.configuration(options: ["conflict": .word("pcgrad")])) == nil)
        let moments = ServerOptimizerConfiguration.momentum(learningRate: 1, beta: 0.9)
        #expect(key(try Fixtures.configuration(optimizer: moments)) == "optimizer")
        #expect(key(try Fixtures.configuration(weighting: .samplesOnClient(cap: 5))) == "weighting")
        #expect(throws: ConfigurationError.self) {
            try MixtureAveraging<ExpertAveraging>(Fixtures.configuration(options: ["conflict": .word("none")]))
        }
        #expect(throws: AggregationError.self) {
            try ConflictAware(Fixtures.configuration()).directive(for: .trainer, in: Fixtures.context())
        }
    }
}
