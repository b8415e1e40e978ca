import HansaCore
import HansaNumerics
import HansaQuantization
import Testing

@testable import HansaAggregation

/// AQ-DP's paper mode on the coordinator.
@Suite("AQ-DP, paper") struct InsecureScaledMeanTests {
    static func strategy(_ options: [String: StrategyOption] = [:]) throws -> InsecureAdaptiveQuantization {
        try InsecureAdaptiveQuantization(
            Fixtures.configuration(
                widths: .cosine(from: BitWidth(32), to: BitWidth(8), rounds: 10),
                options: ["size-max": .number(50)].merging(options) { $1 }
            )
        )
    }

    static func plan(_ strategy: InsecureAdaptiveQuantization, round: UInt32) throws -> RoundPlan {
        let directive = try strategy.directive(for: .trainer, in: Fixtures.context(round: round))
        var plan = Fixtures.plan(weighting: directive.weighting, up: directive.up)
        plan.work = directive.work
        plan.round = round
        plan.algorithm = directive.algorithm
        plan.requiredCapabilities = directive.algorithm.requiredCapabilities
        plan.returnedFields = directive.returnedFields
        return plan
    }

    /// Updates of different widths, with the values that they stand for.
    static func updates(_ plan: RoundPlan, count: Int) throws -> [(update: VerifiedUpdate, values: [Float])] {
        let schema = try Fixtures.schema()
        let form = try #require(plan.insecureForm)
        let groups = InsecureScaledPayload.groupCounts(of: plan.up, schema: schema, granularity: form.granularity)
        return try (0..<count).map { number in
            var words = RandomStream(seed: UInt64(number), purpose: .rounding)
            let values = (0..<546).map { _ in 4 * words.nextFloat() - 2 }
            let payload = try InsecureScaledPayload(
                values,
                groupCounts: groups,
                form: form,
                width: form.width(importance: Double(number) / Double(count)),
                words: &words
            )
            let update = VerifiedUpdate(
                assignment: AssignmentID(round: plan.round, attempt: 0, client: ClientID(UInt32(number)), fence: 0),
                weight: Int64(1 + number * 7),
                payload: payload.bytes
            )
            return (update, try payload.values(groupCounts: groups))
        }
    }

    /// The laws of ``checkAggregator(updates:shape:seeds:make:)``, whose corruptions know lattices only.
    @Test("keeps the laws of an aggregator though lengths differ", arguments: 0..<5 as Range<UInt64>)
    func laws(seed: UInt64) throws {
        let plan = try Self.plan(Self.strategy(), round: 3)
        let shape = try Fixtures.shape(plan, cohortMax: 9)
        var updates = try Self.updates(plan, count: 9).map(\.update)
        #expect(Set(updates.map(\.payload.count)).count > 5)
        func fold(_ updates: some Sequence<VerifiedUpdate>) throws -> InsecureScaledMean {
            var mean = try InsecureScaledMean(shape: shape)
            for update in updates { try mean.accumulate(update) }
            return mean
        }
        let expected = try fold(updates).report()
        var stream = RandomStream(seed: seed, purpose: .faults)
        stream.shuffle(&updates)
        #expect(try fold(updates).report() == expected)
        let cut = Int(stream.next(below: 10))
        var merged = try fold(updates[..<cut])
        try merged.merge(fold(updates[cut...]))
        #expect(throws: AggregationError.cohortFull(max: 9)) {
            var other = updates[0]
            other.assignment = AssignmentID(round: 3, attempt: 0, client: ClientID(77), fence: 0)
            try merged.accumulate(other)
        }
        #expect(throws: AggregationError.duplicate) { try merged.accumulate(updates[0]) }
        #expect(try merged.report() == expected)
        var partial = try fold(updates.dropLast())
        for change in [{ $0[0] = 9 }, { $0[1] = 33 }, { $0.removeLast() }, { $0 = [] }] as [(inout [UInt8]) -> Void] {
            var bad = updates[8]
            change(&bad.payload)
            #expect(throws: AggregationError.self) { try partial.accumulate(bad) }
        }
        var heavy = updates[8]
        heavy.weight = 101
        #expect(throws: AggregationError.invalidWeight(got: 101, max: 100)) { try partial.accumulate(heavy) }
        try partial.accumulate(updates[8])
        #expect(try partial.report() == expected)
    }

    @Test("is the mean of the models by sample counts, which becomes the model")
    func mean() throws {
        var strategy = try Self.strategy()
        let plan = try Self.plan(strategy, round: 2)
        let updates = try Self.updates(plan, count: 6)
        func fold(_ aggregator: any Aggregator) throws -> Aggregate {
            var aggregator = aggregator
            for (update, _) in updates { try aggregator.accumulate(update) }
            return try aggregator.report()
        }
        let aggregate = try fold(strategy.makeAggregator(shape: Fixtures.shape(plan)))
        let weight = updates.reduce(0.0) { $0 + Double($1.update.weight) }
        for (index, parameter) in (Array(0..<545) + [552]).enumerated() {
            let expected = updates.reduce(0.0) { $0 + Double($1.update.weight) * Double($1.values[index]) } / weight
            #expect(abs(Double(aggregate.delta[parameter]) - expected) < 1e-6)
        }
        var parameters = [Float](repeating: 9, count: 553)
        try strategy.advance(&parameters, by: aggregate)
        #expect(parameters == aggregate.delta)
    }

    @Test("plans follow the paper's schedule, both ways")
    func schedule() throws {
        let strategy = try Self.strategy()
        let down = try (1...10).map { try strategy.downloadWidth(in: Fixtures.context(round: $0))?.bits }
        #expect(down == [32, 31, 30, 27, 24, 20, 16, 13, 10, 9])
        for (round, width) in zip(1...10 as ClosedRange<UInt32>, down) {
            let form = try #require(try Self.plan(strategy, round: round).insecureForm)
            #expect(form.widths.upperBound == width && form.widths.lowerBound == 8)
        }
        let form = try #require(try Self.plan(strategy, round: 1).insecureForm)
        // (T/E)·(A/M) = 10/1 · 10/100.
        #expect(form.releaseCount == 1 && form.gradientBound == 100 && form.nominalEpsilon == 10_000)
        #expect(strategy.traits.contains(.insecure))
        let text = strategy.notices(in: try Fixtures.context()).joined(separator: " ")
        // Fixtures train one epoch in batches of 10: 54 examples make 6 of them.
        #expect(text.contains("10000") && text.contains("\(10_000 * 54 * 6)"))
    }

    @Test("what the paper does not have is refused")
    func refusals() throws {
        func key(_ options: [String: StrategyOption], _ weighting: WeightRule = .samples(cap: 10)) -> String? {
            do {
                let configuration = try Fixtures.configuration(weighting: weighting, options: options)
                _ = try InsecureAdaptiveQuantization(configuration)
                return nil
            } catch {
                return (error as? ConfigurationError)?.key
            }
        }
        #expect(key([:]) == nil)
        #expect(key([:], .uniform) == "weighting")
        #expect(key(["clip": .number(0)]) == "clip")
        #expect(key(["clip": .number(0), "epsilon": .number(0)]) == nil)
        #expect(key(["quantizer": .word("affine")]) == "quantizer")
        #expect(key(["smoothness": .number(-1)]) == "smoothness")
        #expect(key(["colour": .number(1)]) == "options")
        #expect(throws: AggregationError.self) {
            let strategy = try InsecureAdaptiveQuantization(Fixtures.configuration())
            _ = try strategy.directive(for: .trainer, in: Fixtures.context())
        }
    }
}
