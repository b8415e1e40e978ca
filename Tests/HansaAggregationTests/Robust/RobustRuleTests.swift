import HansaAggregation
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import HansaTesting
import Testing

@Suite("Robust rules")
struct RobustRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var options: [String: StrategyOption]
        var rule: @Sendable ([[Double]]) -> [Double]

        var testDescription: String { "\(name) \(options.keys.sorted())" }
    }

    /// Every rule with what plain loops make of the same rows; f is 2.
    static let cases: [Case] = [
        Case(name: "median", options: [:]) { NaiveRobust.median($0) },
        Case(name: "trimmed-mean", options: ["trim": .number(0.2)]) {
            NaiveRobust.trimmedMean($0, cut: Int(0.2 * Double($0.count)))
        },
        Case(name: "krum", options: ["byzantine": .number(2)]) { $0[NaiveRobust.krumOrder($0, byzantine: 2)[0]] },
        Case(name: "multi-krum", options: ["byzantine": .number(2)]) { rows in
            let order = NaiveRobust.krumOrder(rows, byzantine: 2)
            return NaiveRobust.mean(order.prefix(rows.count - 2).map { rows[$0] })
        },
        Case(name: "geometric-median", options: ["iterations": .number(12)]) {
            NaiveRobust.geometricMedian($0, iterations: 12, smoothing: 1e-6)
        },
        Case(name: "centered-clipping", options: ["radius": .number(3), "iterations": .number(4)]) {
            NaiveRobust.centeredClipping($0, iterations: 4, radius: 3)
        },
        Case(name: "centered-clipping", options: ["radius": .word("median")]) {
            NaiveRobust.centeredClipping($0, iterations: 3, radius: nil)
        },
        Case(name: "norm-bounding", options: [:]) { NaiveRobust.normBounding($0, bound: nil) },
        Case(name: "norm-bounding", options: ["bound": .number(4)]) { NaiveRobust.normBounding($0, bound: 4) },
    ]

    /// The buckets that the run of the fixtures draws.
    private func buckets(_ rows: [[Double]], size: Int) -> [[Double]] {
        var stream = RandomStream(seed: 1 ^ 2, round: 3, purpose: .mixing)
        var order = Array(rows.indices)
        stream.shuffle(&order)
        return stride(from: 0, to: order.count, by: size).map { start in
            NaiveRobust.mean(order[start..<min(start + size, order.count)].map { rows[$0] })
        }
    }

    @Test("equal plain loops, behind every mixing and for many cohorts", arguments: cases, 0..<6 as Range<UInt64>)
    func equalNaiveRules(rule: Case, seed: UInt64) throws {
        let plan = try RobustFixtures.plan()
        let shape = try Fixtures.shape(plan, cohortMax: 30)
        let updates = RobustFixtures.cohort(15 + Int(seed), liars: Int(seed % 3), seed: seed)
        let rows = NaiveUpdates(shape: shape, updates: updates).values
        let mixings: [(String, [String: StrategyOption], [[Double]])] = [
            ("none", [:], rows),
            ("nnm", ["byzantine": .number(2)], NaiveRobust.nearestNeighbourMixing(rows, byzantine: 2)),
            ("bucketing", ["bucket-size": .number(2)], buckets(rows, size: 2)),
        ]
        for (pre, options, mixed) in mixings {
            var all = rule.options.merging(options) { own, _ in own }
            all["pre"] = .word(pre)
            let got = try RobustFixtures.report(RobustFixtures.strategy(rule.name, all), updates.reversed(), shape)
            let expected = rule.rule(mixed)
            // The largest parameter is 127 · 0.3.
            for (index, pair) in zip(got.delta, expected).enumerated() {
                #expect(abs(Double(pair.0) - pair.1) <= 4e-6, "\(pre), coordinate \(index)")
            }
            #expect(got.updateCount == updates.count && got.totalWeight == Int64(updates.count))
        }
    }

    @Test("keep the laws of aggregators", arguments: cases, ["none", "nnm", "bucketing"])
    func keepTheLaws(rule: Case, pre: String) throws {
        var options = rule.options
        options["pre"] = .word(pre)
        if pre == "nnm" { options["byzantine"] = .number(2) }
        let strategy = try RobustFixtures.strategy(rule.name, options)
        for plan in [try Fixtures.mixedPlan(weighting: .uniform), try RobustFixtures.plan()] {
            let shape = try Fixtures.shape(plan, cohortMax: 14)
            let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 5).verifiedUpdates(14)
            let violations = checkAggregator(updates: updates, shape: shape, seeds: 0..<4) {
                try strategy.makeAggregator(shape: $0)
            }
            #expect(violations == [])
        }
    }

    @Test("a server optimizer moves the model by their result, and its state survives a restart")
    func keepState() throws {
        let shape = try Fixtures.shape(RobustFixtures.plan())
        let configuration = try Fixtures.configuration(
            weighting: .uniform,
            optimizer: .adagrad(learningRate: 0.1, beta1: 0.5, tau: 0.01),
            options: ["byzantine": .number(2), "pre": .word("nnm")]
        )
        let strategy = try StrategyRegistry.standard.makeStrategy(named: "krum", configuration)
        let aggregates = try (1..<5 as Range<UInt64>).map { seed in
            try RobustFixtures.report(strategy, RobustFixtures.cohort(9, liars: 2, seed: seed), shape)
        }
        let start = (0..<shape.schema.count).map { Float($0) / 64 - 3 }
        #expect(checkStrategyState(parameters: start, aggregates: aggregates) { strategy } == [])
        #expect(strategy.traits == [.singleUpdates, .distances])
    }

    @Test("ties go to the earlier assignment")
    func breakTies() throws {
        let plan = try RobustFixtures.plan()
        let shape = try Fixtures.shape(plan)
        // Two groups of the same size, each of equal updates: every score is 0 or the same.
        let updates = (0..<10 as Range<UInt32>).map { client in
            RobustFixtures.update(client: client, [Int64](repeating: client < 5 ? 7 : -9, count: 546))
        }
        let strategy = try RobustFixtures.strategy("krum", ["byzantine": .number(3)])
        for seed in 0..<6 as Range<UInt64> {
            var order = updates
            var stream = RandomStream(seed: seed, purpose: .network)
            stream.shuffle(&order)
            #expect(try RobustFixtures.report(strategy, order, shape).delta[0] == 7 * 0x1p-7)
        }
        // With 5 of each and 5 nearest wanted, each group's scores hold one distance to the other group.
        let swapped = updates.map { update in
            var update = update
            let client = 9 - update.assignment.client.number
            update.assignment = AssignmentID(round: 3, attempt: 0, client: ClientID(client), fence: 0)
            return update
        }
        #expect(try RobustFixtures.report(strategy, swapped, shape).delta[0] == -9 * 0x1p-7)
    }

    @Test(
        "an untrimmed mean and a multi-Krum of everyone are federated averaging to the bit",
        arguments: 1..<8 as Range<UInt64>
    )
    func areExact(seed: UInt64) throws {
        let plan = try Fixtures.mixedPlan(weighting: .uniform)
        let shape = try Fixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: seed).verifiedUpdates(11)
        let mean = try RobustFixtures.report(RobustFixtures.strategy("fedavg"), updates, shape)
        let options: [(String, [String: StrategyOption])] = [
            ("trimmed-mean", ["trim": .number(0)]), ("multi-krum", ["byzantine": .number(0)]),
        ]
        for (name, options) in options {
            #expect(try RobustFixtures.report(RobustFixtures.strategy(name, options), updates, shape) == mean)
        }
        // One bucket of everyone is the mean too, and the median of it.
        let bucket: [String: StrategyOption] = ["pre": .word("bucketing"), "bucket-size": .number(20)]
        #expect(try RobustFixtures.report(RobustFixtures.strategy("median", bucket), updates, shape) == mean)
    }

    @Test("too few updates are refused when the round reports, and by the plan of a small cohort")
    func refuseFewUpdates() throws {
        let shape = try Fixtures.shape(RobustFixtures.plan())
        let updates = RobustFixtures.cohort(12, liars: 0, seed: 1)
        func few(_ name: String, _ options: [String: StrategyOption], _ count: Int, needs: Int) throws {
            let strategy = try RobustFixtures.strategy(name, options)
            #expect(throws: AggregationError.tooFewUpdates(got: count, expected: needs)) {
                try RobustFixtures.report(strategy, Array(updates.prefix(count)), shape)
            }
            #expect(throws: Never.self) {
                try RobustFixtures.report(strategy, Array(updates.prefix(needs)), shape)
            }
            var context = try Fixtures.context()
            context.cohort = needs - 1
            #expect(throws: AggregationError.self) { try strategy.directive(for: .trainer, in: context) }
            context.cohort = needs
            #expect(throws: Never.self) { try strategy.directive(for: .trainer, in: context) }
        }
        try few("krum", ["byzantine": .number(2)], 6, needs: 7)
        try few("multi-krum", ["byzantine": .number(1), "select": .number(8)], 7, needs: 8)
        try few("trimmed-mean", ["byzantine": .number(3)], 6, needs: 7)
        try few("median", ["byzantine": .number(3), "pre": .word("nnm")], 6, needs: 7)
        // Five buckets of two need nine updates.
        try few("krum", ["byzantine": .number(1), "pre": .word("bucketing")], 8, needs: 9)
    }

    @Test("what cannot work is refused when the strategy is made, at its key")
    func refuseConfigurations() throws {
        let refusals: [(String, [String: StrategyOption], String)] = [
            ("krum", [:], "byzantine"), ("multi-krum", [:], "byzantine"), ("trimmed-mean", [:], "trim"),
            ("median", ["pre": .word("nnm")], "byzantine"), ("median", ["pre": .word("nnn")], "pre"),
            ("median", ["bucket-size": .number(3)], "bucket-size"),
            ("median", ["pre": .word("bucketing"), "bucket-size": .number(1)], "bucket-size"),
            ("krum", ["byzantine": .number(1.5)], "byzantine"), ("krum", ["byzantine": .number(-1)], "byzantine"),
            ("trimmed-mean", ["trim": .number(0.5)], "trim"), ("krum", ["byzantine": .word("two")], "byzantine"),
            ("geometric-median", ["iterations": .number(0)], "iterations"),
            ("centered-clipping", ["radius": .word("mean")], "radius"),
            ("norm-bounding", ["bound": .number(0)], "bound"),
            ("median", ["trim": .number(0.1)], "options"),
        ]
        for (name, options, key) in refusals {
            do {
                _ = try RobustFixtures.strategy(name, options)
                Issue.record("\(name) took \(options)")
            } catch let error as ConfigurationError {
                #expect(error.key == key, "\(error)")
            }
        }
        #expect(throws: ConfigurationError.self) {
            try RobustFixtures.strategy("median", weighting: .samples(cap: 10))
        }
    }

    @Test("noise goes with single updates only where each has its own, and with distances only while it is shorter")
    func refuseNoise() throws {
        func make(_ name: String, _ placement: NoisePlacement, _ options: [String: StrategyOption] = [:]) throws {
            var configuration = try Fixtures.configuration(weighting: .uniform, clip: .l2(bound: 1), options: options)
            let noise = NoiseConfiguration(law: .skellam, placement: placement, multiplier: 0.1, cohort: 10)
            configuration.noise = noise
            let strategy = try StrategyRegistry.standard.makeStrategy(named: name, configuration)
            // √546 of a tenth of the clip is more than the clip.
            var composition = Composition(configuration, traits: strategy.traits)
            composition.insert(noise: noise, parameterCount: 546)
            try composition.check()
        }
        #expect(throws: Never.self) { try make("median", .local) }
        #expect(throws: Never.self) { try make("trimmed-mean", .local, ["trim": .number(0.1)]) }
        #expect(throws: ConfigurationError.self) { try make("median", .central) }
        #expect(throws: ConfigurationError.self) { try make("median", .distributed(cohortMin: 5)) }
        for name in ["krum", "multi-krum", "geometric-median", "centered-clipping", "norm-bounding"] {
            #expect(throws: ConfigurationError.self) { try make(name, .local, ["byzantine": .number(1)]) }
        }
        #expect(throws: ConfigurationError.self) {
            try make("median", .local, ["byzantine": .number(1), "pre": .word("nnm")])
        }
    }
}
