import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting
import Testing

@testable import MajorityVote

@Suite("Majority vote")
struct MajorityVoteTests {
    private static func configuration(
        options: [String: StrategyOption] = [:]
    ) throws -> StrategyConfiguration {
        StrategyConfiguration(
            work: LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1),
            weighting: .uniform,
            clip: .none,
            widths: .constant(try BitWidth(5)),
            ranges: [SectionRange(range: 1)],
            optimizer: .momentum(learningRate: 1, beta: 0.9),
            options: options
        )
    }

    /// The plan and the model of one round, as the coordinator has them.
    private static func round(_ strategy: MajorityVote) throws -> (shape: AggregationShape, plan: RoundPlan) {
        let schema = try ParameterSchema([
            ParameterBlock(name: "weight", shape: [40, 30]), ParameterBlock(name: "bias", shape: [30]),
        ])
        let context = RoundContext(
            round: 1,
            attempt: 0,
            roundCount: 10,
            population: 100,
            cohort: 9,
            schema: schema,
            seed: 1
        )
        let directive = try strategy.directive(for: .trainer, in: context)
        let plan = RoundPlan(
            run: RunID(high: 1, low: 2),
            round: 1,
            attempt: 0,
            role: .trainer,
            model: SHA256Digest(hashing: []),
            modelVersion: 0,
            work: directive.work,
            weighting: directive.weighting,
            clip: directive.clip,
            down: directive.down,
            up: directive.up,
            deadlineMilliseconds: 1000
        )
        return (try AggregationShape(schema: schema, plans: [.trainer: plan], cohortMax: 9), plan)
    }

    @Test("keeps the laws of an aggregator")
    func aggregatorLaws() throws {
        let strategy = try MajorityVote(Self.configuration())
        let (shape, plan) = try Self.round(strategy)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 7).verifiedUpdates(9)
        #expect(checkAggregator(updates: updates, shape: shape) { try strategy.makeAggregator(shape: $0) } == [])
    }

    @Test("keeps the laws of a strategy's state")
    func stateLaws() throws {
        let aggregates = (1...4).map { round in
            Aggregate(delta: [0.01, -0.01 * Float(round), 0], updateCount: 3, totalWeight: 3)
        }
        let violations = checkStrategyState(parameters: [1, 2, 3], aggregates: aggregates) {
            try MajorityVote(Self.configuration())
        }
        #expect(violations == [])
    }

    @Test("moves each parameter by one step to the side of the majority")
    func votes() throws {
        let strategy = try MajorityVote(Self.configuration(options: ["step": .number(0.25)]))
        let (shape, plan) = try Self.round(strategy)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 7).verifiedUpdates(3)
        var aggregator = try #require(try strategy.makeAggregator(shape: shape) as? MajorityAggregator)
        for update in updates { try aggregator.accumulate(update) }
        let delta = try aggregator.report().delta
        #expect(Set(delta).isSubset(of: [-0.25, 0, 0.25]) && Set(delta).count == 3)
        // One update alone is its own majority.
        var alone = try #require(try strategy.makeAggregator(shape: shape) as? MajorityAggregator)
        try alone.accumulate(updates[0])
        var means = try MeanAggregator(shape: shape)
        try means.accumulate(updates[0])
        let (sign, mean) = (try alone.report().delta, try means.report().delta)
        #expect(zip(sign, mean).allSatisfy { $0 == 0.25 * ($1 == 0 ? 0 : $1.sign == .minus ? -1 : 1) })
    }

    @Test("is found by its name, refuses what it does not know, and central noise with the reason")
    func registry() throws {
        var registry = StrategyRegistry.standard
        try registry.register(MajorityVote.entry)
        _ = try registry.makeStrategy(named: "majority-vote", Self.configuration(options: ["step": .number(0.1)]))
        for options in [["step": StrategyOption.number(0)], ["stepp": .number(1)], ["step": .word("far")]] {
            #expect(throws: ConfigurationError.self) {
                try registry.makeStrategy(named: "majority-vote", Self.configuration(options: options))
            }
        }
        var noisy = try Self.configuration()
        noisy.clip = .l2(bound: 1)
        noisy.noise = NoiseConfiguration(law: .gaussian, placement: .central, multiplier: 1, cohort: 9)
        do throws(ConfigurationError) {
            _ = try registry.makeStrategy(named: "majority-vote", noisy)
            Issue.record("central noise was taken")
        } catch {
            #expect(error.description.contains("sized for a sum"), "\(error)")
        }
    }
}
