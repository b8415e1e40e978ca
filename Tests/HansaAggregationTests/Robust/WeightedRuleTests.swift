import HansaAggregation
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import HansaTesting
import Testing

@Suite("q-FedAvg and FedNova")
struct WeightedRuleTests {
    private func expectNear(_ got: Aggregate, _ expected: Aggregate, scale: Float = 1) {
        for (left, right) in zip(got.delta, expected.delta) { #expect(abs(left - right) <= 1e-6 * scale) }
    }

    @Test("q-FedAvg with q of 0 is federated averaging")
    func zeroIsTheMean() throws {
        let plan = try Fixtures.mixedPlan()
        let shape = try Fixtures.shape(plan)
        var updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 2).verifiedUpdates(9)
        for index in updates.indices { updates[index].trainingLoss = Float(index) / 3 }
        let rule = WeightRule.samples(cap: 1000)
        let mean = try RobustFixtures.report(RobustFixtures.strategy("fedavg", weighting: rule), updates, shape)
        let fair = try RobustFixtures.strategy("q-fedavg", ["q": .number(0)], weighting: rule)
        expectNear(try RobustFixtures.report(fair, updates, shape), mean, scale: 10)
    }

    @Test("a larger loss counts more; losses of any size leave the result finite")
    func countsLosses() throws {
        let shape = try Fixtures.shape(RobustFixtures.plan())
        let values: [Int64] = [10, -10]
        func first(_ losses: [Float], q: Double) throws -> Float {
            let updates = values.enumerated().map { client, value in
                RobustFixtures.update(
                    client: UInt32(client),
                    [Int64](repeating: value, count: 546),
                    loss: losses[client]
                )
            }
            return try RobustFixtures.report(RobustFixtures.strategy("q-fedavg", ["q": .number(q)]), updates, shape)
                .delta[0]
        }
        #expect(try first([2, 2], q: 1) == 0)
        #expect(try first([3, 1], q: 1) > 0)
        #expect(try first([1, 3], q: 1) < 0)
        for losses in [[0, 0], [-1, 1], [1e38, 1e-38], [3e38, 3e38]] as [[Float]] {
            for q in [0.1, 1, 100] { #expect(try first(losses, q: q).isFinite, "\(losses), q \(q)") }
        }
    }

    @Test("q-FedAvg asks for losses, and refuses an update without one")
    func needsLosses() throws {
        let strategy = try RobustFixtures.strategy("q-fedavg")
        #expect(try strategy.directive(for: .trainer, in: Fixtures.context()).returnedFields == .trainingLoss)
        #expect(strategy.traits == [.losses, .singleUpdates])
        var aggregator = try strategy.makeAggregator(shape: Fixtures.shape(RobustFixtures.plan()))
        let update = RobustFixtures.cohort(1, liars: 0, seed: 1)[0]
        #expect(throws: AggregationError.missingLoss) { try aggregator.accumulate(update) }
        #expect(!aggregator.canReport)
        var configuration = try Fixtures.configuration(weighting: .uniform, clip: .l2(bound: 1))
        configuration.noise = NoiseConfiguration(law: .skellam, placement: .local, multiplier: 1, cohort: 10)
        #expect(throws: ConfigurationError.self) {
            try StrategyRegistry.standard.makeStrategy(named: "q-fedavg", configuration)
        }
    }

    @Test("FedNova of equal step counts is federated averaging")
    func equalStepsAreTheMean() throws {
        let plan = try Fixtures.mixedPlan()
        let shape = try Fixtures.shape(plan)
        var updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 3).verifiedUpdates(9)
        // Batches of 10: 21 to 29 samples are 3 steps each.
        for index in updates.indices { updates[index].weight = 21 + Int64(index) }
        let rule = WeightRule.samples(cap: 1000)
        let mean = try RobustFixtures.report(RobustFixtures.strategy("fedavg", weighting: rule), updates, shape)
        let nova = try RobustFixtures.report(RobustFixtures.strategy("fednova", weighting: rule), updates, shape)
        expectNear(nova, mean, scale: 10)
        updates[0].weight = 990
        let uneven = try RobustFixtures.report(RobustFixtures.strategy("fednova", weighting: rule), updates, shape)
        let unevenMean = try RobustFixtures.report(RobustFixtures.strategy("fedavg", weighting: rule), updates, shape)
        #expect(zip(uneven.delta, unevenMean.delta).contains { abs($0 - $1) > 0.01 })
    }

    /// What one client's update amounts to, from two clients of which the other did nothing: its coefficient shows ‖a‖₁.
    @Test("FedNova's lengths are the sums of what local steps count")
    func lengthsAreSums() throws {
        func coefficients(_ work: LocalWork, _ weights: [Int64]) throws -> [Double] {
            var plan = try RobustFixtures.plan(weighting: .samples(cap: 1000))
            plan.work = work
            plan.requiredCapabilities = work.requiredCapabilities
            let shape = try Fixtures.shape(plan)
            return try weights.indices.map { client in
                let updates = weights.enumerated().map { other, weight in
                    RobustFixtures.update(
                        client: UInt32(other),
                        [Int64](repeating: other == client ? 64 : 0, count: 546),
                        weight: weight
                    )
                }
                let strategy = try RobustFixtures.strategy("fednova", weighting: .samples(cap: 1000))
                return 2 * Double(try RobustFixtures.report(strategy, updates, shape).delta[0])
            }
        }
        func expected(_ weights: [Int64], _ lengths: [Double]) -> [Double] {
            let total = Double(weights.reduce(0, +))
            let effective = zip(weights, lengths).reduce(0) { $0 + Double($1.0) / total * $1.1 }
            return zip(weights, lengths).map { effective * Double($0) / total / $1 }
        }
        /// Σ_k over steps of how much the gradient of step k moves the last point, by running the recursion.
        func length(steps: Int, momentum: Double, pull: Double) -> Double {
            (0..<steps).reduce(0) { sum, start in
                var (velocity, moved) = (0.0, 0.0)
                for step in start..<steps {
                    velocity = momentum * velocity + (step == start ? 1 : 0) + pull * moved
                    moved -= velocity
                }
                return sum - moved
            }
        }
        let weights: [Int64] = [95, 7, 300]
        let works: [(LocalWork, [Int], Double, Double)] = [
            (LocalWork(epochs: 2, batchSize: 10, learningRate: 0.1), [20, 2, 60], 0, 0),
            (LocalWork(epochs: 3, batchSize: 0, learningRate: 0.1), [3, 3, 3], 0, 0),
            (LocalWork(epochs: 2, batchSize: 10, learningRate: 0.1, stepCountMax: 5), [5, 2, 5], 0, 0),
            (LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1, momentum: 0.75), [10, 1, 30], 0.75, 0),
            (
                LocalWork(epochs: 1, batchSize: 10, learningRate: 0.5, optimizer: .sgd, proximal: 0.25), [10, 1, 30], 0,
                0.125
            ),
        ]
        for (work, steps, momentum, pull) in works {
            let lengths = steps.map { length(steps: $0, momentum: momentum, pull: pull) }
            for (got, wanted) in zip(try coefficients(work, weights), expected(weights, lengths)) {
                #expect(abs(got - wanted) <= 1e-6 * wanted, "\(work)")
            }
        }
    }

    @Test("FedNova refuses what hides the number of steps")
    func refusesHiddenSteps() throws {
        #expect(throws: ConfigurationError.self) { try RobustFixtures.strategy("fednova") }
        var configuration = try Fixtures.configuration()
        configuration.work.optimizer = .adam(AdamMoments())
        #expect(throws: ConfigurationError.self) {
            try StrategyRegistry.standard.makeStrategy(named: "fednova", configuration)
        }
        configuration = try Fixtures.configuration()
        configuration.work.momentum = 0.5
        configuration.work.proximal = 0.1
        #expect(throws: ConfigurationError.self) {
            try StrategyRegistry.standard.makeStrategy(named: "fednova", configuration)
        }
    }

    @Test("both keep the laws of aggregators", arguments: ["q-fedavg", "fednova"])
    func keepTheLaws(name: String) throws {
        let strategy = try RobustFixtures.strategy(name, weighting: .samples(cap: 1000))
        let plan = try Fixtures.mixedPlan()
        let shape = try Fixtures.shape(plan)
        var updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 5).verifiedUpdates(8)
        for index in updates.indices { updates[index].trainingLoss = 0.1 + Float(index) }
        let violations = checkAggregator(updates: updates, shape: shape, seeds: 0..<6) {
            try strategy.makeAggregator(shape: $0)
        }
        #expect(violations == [])
    }
}
