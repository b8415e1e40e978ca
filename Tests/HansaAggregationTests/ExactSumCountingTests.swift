import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting
import Testing

@Suite("The counting strategy")
struct ExactSumCountingTests {
    private func context(clients: Int, schema: ParameterSchema) -> RoundContext {
        RoundContext(
            round: 1,
            attempt: 0,
            roundCount: 3,
            population: clients,
            cohort: clients,
            schema: schema,
            seed: 1
        )
    }

    private func plan(_ strategy: ExactSumCounting, clients: Int, schema: ParameterSchema) throws -> RoundPlan {
        let directive = try strategy.directive(for: .trainer, in: context(clients: clients, schema: schema))
        var plan = Fixtures.plan(weighting: directive.weighting, up: directive.up)
        plan.down = directive.down
        plan.clip = directive.clip
        plan.requiredCapabilities = directive.requiredCapabilities
        return plan
    }

    @Test("keeps every law of an aggregator", arguments: [2, 5, 8, 16])
    func laws(bits: Int) throws {
        let schema = try ExactSumCounting.schema(clientCount: 9)
        let strategy = try ExactSumCounting(ExactSumCounting.configuration(width: BitWidth(bits)))
        let plan = try plan(strategy, clients: 9, schema: schema)
        let shape = try AggregationShape(schema: schema, plans: [.trainer: plan], cohortMax: 9)
        let updates = UpdateFactory(schema: schema, plan: plan, seed: UInt64(bits)).verifiedUpdates(9)
        let aggregator = try strategy.makeAggregator(shape: shape)
        #expect(aggregator is MeanAggregator)
        let violations = checkAggregator(updates: updates, shape: shape) {
            try MeanAggregator(shape: $0, denominator: .constant(1))
        }
        #expect(violations == [])
    }

    @Test("counts each client's contributions, one unit vector each", arguments: [2, 8, 32])
    func counts(bits: Int) throws {
        let clients = 600
        let width = try BitWidth(bits)
        let schema = try ExactSumCounting.schema(clientCount: clients)
        var strategy = try ExactSumCounting(ExactSumCounting.configuration(width: width))
        let plan = try plan(strategy, clients: clients, schema: schema)
        let shape = try AggregationShape(schema: schema, plans: [.trainer: plan], cohortMax: clients)
        var model = [Float](repeating: 0, count: clients)
        for counted in [[0, 7, 599], [7], [7, 511, 512]] {
            var aggregator = try strategy.makeAggregator(shape: shape)
            for client in counted {
                var values = [Int32](repeating: 0, count: clients)
                values[client] = 1
                try aggregator.accumulate(
                    VerifiedUpdate(
                        assignment: AssignmentID(round: 1, attempt: 0, client: ClientID(UInt32(client)), fence: 0),
                        weight: 1,
                        payload: try PackedLayout.pack(values, width: width)
                    )
                )
            }
            try strategy.advance(&model, by: try aggregator.report())
        }
        var expected = [Float](repeating: 0, count: clients)
        expected[0] = 1
        expected[7] = 3
        for client in [511, 512, 599] { expected[client] = 1 }
        #expect(model == expected)
    }

    @Test("is refused where it would not count")
    func refusals() throws {
        let good = ExactSumCounting.configuration(width: try BitWidth(8))
        var weighted = good
        weighted.weighting = .samples(cap: 3)
        var clipped = good
        clipped.clip = .l1(bound: 1)
        var narrow = good
        narrow.ranges = [SectionRange(range: 1)]
        var fast = good
        fast.optimizer = .sgd(learningRate: 2)
        var optional = good
        optional.options = ["denominator": .number(3)]
        var falling = good
        falling.widths = .cosine(from: try BitWidth(8), to: try BitWidth(4), rounds: 3)
        for (key, configuration) in [
            ("weighting", weighted), ("clip", clipped), ("ranges", narrow), ("optimizer", fast), ("options", optional),
            ("widths", falling),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try ExactSumCounting(configuration) }
            #expect(error?.key == key)
        }
        let strategy = try ExactSumCounting(good)
        #expect(throws: AggregationError.self) {
            try strategy.directive(for: .trainer, in: Fixtures.context(round: 1))
        }
        let small = try ExactSumCounting.schema(clientCount: 4)
        #expect(throws: AggregationError.self) {
            try strategy.directive(for: .trainer, in: context(clients: 5, schema: small))
        }
        #expect(ExactSumCounting.isTestingAid)
        #expect(!FederatedAveraging.isTestingAid)
    }
}
