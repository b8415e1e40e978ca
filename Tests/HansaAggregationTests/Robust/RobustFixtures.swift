import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting
import Testing

/// What the suites of strategies that read single updates share.
enum RobustFixtures {
    /// A strategy by its registered name, as a scenario would make it.
    static func strategy(
        _ name: String,
        _ options: [String: StrategyOption] = [:],
        weighting: WeightRule = .uniform
    ) throws -> any Strategy {
        let configuration = try Fixtures.configuration(weighting: weighting, options: options)
        return try StrategyRegistry.standard.makeStrategy(named: name, configuration)
    }

    /// Two sections of the steps, 8 bits each.
    static func plan(
        steps: (Double, Double) = (0x1p-7, 0.3),
        weighting: WeightRule = .uniform,
        returnedFields: ReturnedFields = []
    ) throws -> RoundPlan {
        var plan = Fixtures.plan(
            weighting: weighting,
            up: [
                try Fixtures.section(0..<3, step: steps.0, bits: 8),
                try Fixtures.section(4..<5, step: steps.1, bits: 8),
            ]
        )
        plan.returnedFields = returnedFields
        return plan
    }

    /// An update of these integers: 545 of the first section and 1 of the second.
    static func update(
        client: UInt32,
        _ integers: [Int64],
        weight: Int64 = 1,
        loss: Float? = nil
    ) -> VerifiedUpdate {
        var payload: [UInt8] = []
        for part in [integers.prefix(545), integers.dropFirst(545)] {
            var bytes = [UInt8](repeating: 0, count: NaivePacking.byteCount(count: part.count, bits: 8))
            for (index, q) in part.enumerated() {
                NaivePacking.write(q, to: &bytes, at: index, count: part.count, bits: 8)
            }
            payload += bytes
        }
        return VerifiedUpdate(
            assignment: AssignmentID(round: 3, attempt: 0, client: ClientID(client), fence: 0),
            weight: weight,
            payload: payload,
            trainingLoss: loss
        )
    }

    /// Clients that share a direction, each with its own share of noise, and some that point elsewhere.
    static func cohort(_ count: Int, liars: Int, seed: UInt64) -> [VerifiedUpdate] {
        var common = RandomStream(seed: seed, purpose: .initialization)
        let direction = (0..<546).map { _ in Int64(common.next(below: 61)) - 30 }
        return (0..<UInt32(count)).map { client in
            var stream = RandomStream(seed: seed, client: client, purpose: .rounding)
            return update(
                client: client,
                direction.map { value in
                    client < liars ? Int64(stream.next(below: 255)) - 127 : value + Int64(stream.next(below: 41)) - 20
                }
            )
        }
    }

    static func report(
        _ strategy: any Strategy,
        _ updates: [VerifiedUpdate],
        _ shape: AggregationShape
    ) throws -> Aggregate {
        var aggregator = try strategy.makeAggregator(shape: shape)
        for update in updates { try aggregator.accumulate(update) }
        return try aggregator.report()
    }
}
