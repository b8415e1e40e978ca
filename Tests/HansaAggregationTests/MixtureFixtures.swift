import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting

/// A model with two mixture layers whose experts' blocks do not lie together, and updates of it.
enum MixtureFixtures {
    /// The flat parameters of each expert, in the order of the loads.
    static let experts: [[Range<Int>]] = [[6..<526, 529..<532], [526..<529, 532..<540], [541..<553], [553..<565]]
    /// What is no expert's, and the second router, which comes last.
    static let shared: [Range<Int>] = [0..<6, 540..<541]
    static let router = 565..<569

    static func schema() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "first.weight", shape: [2, 3]),
            ParameterBlock(name: "a.0.weight", shape: [520], role: .expert(layer: 0, index: 0)),
            ParameterBlock(name: "a.1.bias", shape: [3], role: .expert(layer: 0, index: 1)),
            ParameterBlock(name: "a.0.bias", shape: [3], role: .expert(layer: 0, index: 0)),
            ParameterBlock(name: "a.1.weight", shape: [8], role: .expert(layer: 0, index: 1)),
            ParameterBlock(name: "scale", shape: [1]),
            ParameterBlock(name: "b.5.weight", shape: [12], role: .expert(layer: 1, index: 5)),
            ParameterBlock(name: "b.2.weight", shape: [12], role: .expert(layer: 1, index: 2)),
            ParameterBlock(name: "b.router", shape: [2, 2], role: .router(layer: 1)),
        ])
    }

    /// Four sections of different steps and widths.
    static func plan(weighting: WeightRule = .samples(cap: 1000), bits: Int = 8) throws -> RoundPlan {
        var plan = Fixtures.plan(
            weighting: weighting,
            up: [
                try Fixtures.section(0..<2, step: 0x1p-10, bits: bits),
                try Fixtures.section(2..<4, step: 0.3 / 127, bits: bits),
                try Fixtures.section(4..<7, step: 1e-3, bits: bits),
                try Fixtures.section(7..<9, step: 1e-3, bits: bits),
            ]
        )
        plan.down = [SectionPlan(blocks: 0..<9, encoding: .float32)]
        return plan
    }

    static func shape(_ plan: RoundPlan, cohortMax: Int = 12) throws -> AggregationShape {
        try AggregationShape(schema: schema(), plans: [plan.role: plan], cohortMax: cohortMax)
    }

    /// Updates in which a third of the experts had no token.
    static func updates(_ plan: RoundPlan, seed: UInt64, count: Int = 9) throws -> [VerifiedUpdate] {
        var stream = RandomStream(seed: seed, purpose: .partition)
        return try UpdateFactory(schema: schema(), plan: plan, seed: seed).verifiedUpdates(count).map { update in
            var update = update
            update.expertLoads = experts.map { _ in
                stream.next(below: 3) == 0 ? 0 : 1 + UInt32(stream.next(below: 200))
            }
            return update
        }
    }

    static func aggregate(
        _ updates: [VerifiedUpdate],
        _ shape: AggregationShape,
        _ rules: MixtureRules,
        participation: MixtureAggregator.Participation = .loads,
        denominator: MeanDenominator = .realisedWeight,
        reportsConsensus: Bool = false
    ) throws -> Aggregate {
        var aggregator = try MixtureAggregator(
            shape: shape,
            rules: rules,
            participation: participation,
            denominator: denominator,
            reportsConsensus: reportsConsensus
        )
        for update in updates { try aggregator.accumulate(update) }
        return try aggregator.report()
    }

    /// One expert by the naive reference, from the values that the updates stand for.
    static func naive(
        _ updates: [VerifiedUpdate],
        _ shape: AggregationShape,
        _ rules: MixtureRules,
        expert: Int,
        noiseNorm: Double = 0
    ) -> NaiveExpert {
        let values = NaiveUpdates(shape: shape, updates: updates).values
        let layer = expert < 2 ? 0..<2 : 2..<4
        let members = zip(updates, values).map { update, values in
            NaiveExpert.Member(
                update: experts[expert].flatMap { values[$0] },
                tokens: Double(update.expertLoads[expert]),
                layerTokens: layer.reduce(0) { $0 + Double(update.expertLoads[$1]) },
                samples: Double(update.weight)
            )
        }
        let participants = updates.indices.filter { updates[$0].expertLoads[expert] > 0 }
        let run = shape.plans[.trainer]?.run
        let orders = participants.indices.map { place in
            MixtureAggregator.comparisonOrder(
                seed: (run?.high ?? 0) ^ (run?.low ?? 0),
                assignment: updates[participants[place]].assignment,
                expert: expert,
                place: place,
                count: participants.count
            )
        }
        return NaiveExpert(members, rules: rules, noiseNorm: noiseNorm, orders: orders)
    }
}
