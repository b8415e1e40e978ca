import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting
import Testing

@Suite("Federated averaging")
struct FederatedAveragingTests {
    private func directive(
        _ configuration: StrategyConfiguration,
        round: UInt32 = 1
    ) throws -> RoundDirective {
        try FederatedAveraging(configuration).directive(for: .trainer, in: Fixtures.context(round: round))
    }

    private func shape(_ directive: RoundDirective) throws -> AggregationShape {
        var plan = Fixtures.plan(weighting: directive.weighting, up: directive.up)
        plan.clip = directive.clip
        plan.down = directive.down
        plan.requiredCapabilities = directive.requiredCapabilities
        return try Fixtures.shape(plan)
    }

    private func lattices(_ directive: RoundDirective) -> [Lattice] {
        directive.up.compactMap { section in
            guard case .packed(let lattice, _) = section.encoding else { return nil }
            return lattice
        }
    }

    @Test("its plan fits the model, for every clip", arguments: [.none, .l1(bound: 2), .l2(bound: 1)] as [ClipRule])
    func plansFit(clip: ClipRule) throws {
        // A wide lattice, because an L2 clip of 546 coordinates needs a fine step.
        let configuration = try Fixtures.configuration(
            clip: clip,
            widths: .constant(BitWidth(16)),
            ranges: [SectionRange(range: 2)]
        )
        let directive = try directive(configuration)
        #expect(throws: Never.self) { try shape(directive) }
        #expect(directive.down.map(\.blocks) == [0..<3, 4..<5])
        #expect(directive.down.allSatisfy { $0.encoding == .float32 })
        #expect(directive.up.map(\.blocks) == [0..<3, 4..<5])
        #expect(Set(lattices(directive)).count == 1)
        #expect(directive.requiredCapabilities.contains(.integerNormBounds) == (clip != .none))
        #expect(directive.returnedFields == .sampleCount)
    }

    @Test("an L1 clip bounds each integer by the clip over the step")
    func boundsByTheClip() throws {
        let configuration = try Fixtures.configuration(
            clip: .l1(bound: 0.5),
            ranges: [SectionRange(range: 127.0 / 64)]
        )
        // The step is 1/64, so no integer can pass 32.
        #expect(lattices(try directive(configuration)).map(\.bound) == [32, 32])
    }

    @Test("a clip that needs more than the lattice has is refused with the range it needs")
    func refusesClips() throws {
        let narrow = try Fixtures.configuration(clip: .l1(bound: 2), ranges: [SectionRange(range: 1)])
        #expect(throws: AggregationError.self) { try directive(narrow) }
        let coarse = try Fixtures.configuration(clip: .l2(bound: 1), ranges: [SectionRange(range: 2)])
        #expect(throws: AggregationError.self) { try directive(coarse) }
        let two = try Fixtures.configuration(
            clip: .l1(bound: 0.5),
            ranges: [SectionRange(range: 1), SectionRange(blocks: ["scale"], range: 2)]
        )
        #expect(throws: AggregationError.self) { try directive(two) }
    }

    @Test("ranges by name make sections; neighbours of one range stay together")
    func makesSections() throws {
        let configuration = try Fixtures.configuration(ranges: [
            SectionRange(blocks: ["layers.0.bias"], range: 2), SectionRange(range: 1),
        ])
        let directive = try directive(configuration)
        #expect(directive.up.map(\.blocks) == [0..<1, 1..<2, 2..<3, 4..<5])
        #expect(lattices(directive).map { $0.step * 127 } == [1, 2, 1, 1])
        #expect(directive.down.map(\.blocks) == [0..<3, 4..<5])
        #expect(throws: Never.self) { try shape(directive) }
    }

    @Test("a wrong block name is refused with the nearest known one")
    func suggestsBlocks() throws {
        let configuration = try Fixtures.configuration(ranges: [
            SectionRange(range: 1), SectionRange(blocks: ["layer.0.bias"], range: 2),
        ])
        do {
            _ = try directive(configuration)
            Issue.record("an unknown block was accepted")
        } catch AggregationError.configuration(.unknownName(let key, let got, let nearest, _)) {
            #expect(key == "ranges[1].blocks" && got == "layer.0.bias" && nearest == "layers.0.bias")
        }
    }

    @Test(
        "ranges that do not cover the model once are refused",
        arguments: [
            [SectionRange(blocks: ["scale"], range: 1)],
            [SectionRange(range: 1), SectionRange(range: 2)],
            [SectionRange(range: 1), SectionRange(blocks: ["scale", "scale"], range: 2)],
            [SectionRange(range: 1), SectionRange(blocks: ["head"], range: 2)],
        ]
    )
    func refusesRanges(ranges: [SectionRange]) throws {
        let configuration = try Fixtures.configuration(ranges: ranges)
        #expect(throws: AggregationError.self) { try directive(configuration) }
    }

    @Test("one sum unit holds over a falling schedule")
    func keepsTheUnit() throws {
        let configuration = try Fixtures.configuration(
            widths: .cosine(from: BitWidth(16), to: BitWidth(4), rounds: 10)
        )
        var steps: Set<Double> = []
        var widths: [Int] = []
        for round in 1...10 as ClosedRange<UInt32> {
            let directive = try directive(configuration, round: round)
            guard case .packed(let lattice, let width) = directive.up[0].encoding else {
                Issue.record("updates are packed")
                return
            }
            steps.insert(lattice.step)
            widths.append(width.bits)
            #expect(lattice.shift == 16 - width.bits && lattice.range <= 1)
            #expect(throws: Never.self) { try shape(directive) }
        }
        #expect(steps == [1 / 32767.0])
        #expect(widths.first == 16 && widths == widths.sorted(by: >) && (4...5).contains(widths[9]))
        #expect(throws: AggregationError.self) { try directive(configuration, round: 11) }
        #expect(throws: AggregationError.self) { try directive(configuration, round: 0) }
    }

    @Test("its aggregator keeps the laws and its state survives a restart")
    func keepsTheLaws() throws {
        for optimizer in [
            .sgd(learningRate: 1), .momentum(learningRate: 1, beta: 0.9),
            .adam(learningRate: 0.1, beta1: 0.9, beta2: 0.99, tau: 0.01),
            .yogi(learningRate: 0.1, beta1: 0.9, beta2: 0.99, tau: 0.01),
        ] as [ServerOptimizerConfiguration] {
            let strategy = try FederatedAveraging(Fixtures.configuration(optimizer: optimizer))
            let shape = try shape(strategy.directive(for: .trainer, in: Fixtures.context()))
            let plan = try #require(shape.plans[.trainer])
            let aggregates = try (0..<4 as Range<UInt64>).map { seed in
                let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: seed).verifiedUpdates(4)
                #expect(
                    checkAggregator(updates: updates, shape: shape, seeds: 0..<3) {
                        try strategy.makeAggregator(shape: $0)
                    } == []
                )
                var aggregator = try MeanAggregator(shape: shape)
                for update in updates { try aggregator.accumulate(update) }
                return try aggregator.report()
            }
            let start = (0..<shape.schema.count).map { Float($0) / 64 - 3 }
            #expect(checkStrategyState(parameters: start, aggregates: aggregates) { strategy } == [])
        }
    }

    @Test("one client's integers move the model by themselves: SGD at rate 1 is exactly w + Δ")
    func isPlainAveraging() throws {
        let configuration = try Fixtures.configuration(ranges: [SectionRange(range: 127.0 / 64)])
        var strategy = try FederatedAveraging(configuration)
        let shape = try shape(strategy.directive(for: .trainer, in: Fixtures.context()))
        let plan = try #require(shape.plans[.trainer])
        let update = UpdateFactory(schema: shape.schema, plan: plan, seed: 3).verifiedUpdate(of: 1)
        var naive = NaiveMean(shape: shape)
        naive.accumulate(update)
        var aggregator = try strategy.makeAggregator(shape: shape)
        try aggregator.accumulate(update)
        let start = [Float](repeating: 0.5, count: shape.schema.count)
        var model = start
        let aggregate = try aggregator.report()
        try strategy.advance(&model, by: aggregate)
        #expect(model == zip(start, aggregate.delta).map { $0 + $1 })
        // A step of 1/64 and one client: the mean is its own q/64 up to the rounding of 1/64/weight.
        for (sum, delta) in zip(naive.sums, aggregate.delta) {
            #expect(abs(delta - Float(sum / Int128(update.weight)) / 64) <= abs(delta) * 0x1p-23)
        }
    }

    @Test("clients that weight their own updates need a public denominator")
    func needsADenominator() throws {
        let rule = WeightRule.samplesOnClient(cap: 10)
        #expect(throws: ConfigurationError.self) {
            try FederatedAveraging(Fixtures.configuration(weighting: rule))
        }
        let options = ["denominator": StrategyOption.number(4)]
        let strategy = try FederatedAveraging(Fixtures.configuration(weighting: rule, options: options))
        let directive = try strategy.directive(for: .trainer, in: Fixtures.context())
        #expect(directive.returnedFields == [])
        let shape = try shape(directive)
        let plan = try #require(shape.plans[.trainer])
        var aggregator = try strategy.makeAggregator(shape: shape)
        var naive = NaiveMean(shape: shape, denominator: .constant(4))
        for update in UpdateFactory(schema: shape.schema, plan: plan, seed: 9).verifiedUpdates(3) {
            try aggregator.accumulate(update)
            naive.accumulate(update)
        }
        #expect(try aggregator.report().deltaBits == naive.report().deltaBits)
    }

    @Test("what no strategy could plan with is refused at once")
    func refusesConfigurations() throws {
        var configurations = [
            try Fixtures.configuration(weighting: .samples(cap: 0)), try Fixtures.configuration(clip: .l2(bound: -1)),
            try Fixtures.configuration(ranges: []), try Fixtures.configuration(ranges: [SectionRange(range: .nan)]),
            try Fixtures.configuration(widths: .cosine(from: BitWidth(8), to: BitWidth(9), rounds: 3)),
            try Fixtures.configuration(optimizer: .sgd(learningRate: 0)),
            try Fixtures.configuration(optimizer: .adam(learningRate: 1, beta1: 1, beta2: 0.9, tau: 0.1)),
            try Fixtures.configuration(optimizer: .yogi(learningRate: 1, beta1: 0, beta2: 0.9, tau: 0)),
            try Fixtures.configuration(options: ["denominator": .number(0)]),
            try Fixtures.configuration(options: ["denominator": .flag(true)]),
        ]
        configurations.append(configurations[4])
        configurations[10].work.epochs = 0
        for configuration in configurations {
            #expect(throws: ConfigurationError.self) { try FederatedAveraging(configuration) }
        }
        let misspelt = try Fixtures.configuration(options: ["denominater": .number(1)])
        #expect(
            throws: ConfigurationError.unknownName(
                key: "options",
                got: "denominater",
                nearest: "denominator",
                known: ["denominator"]
            )
        ) { try FederatedAveraging(misspelt) }
    }
}
