import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization

/// Models, plans and configurations that the suites share.
enum Fixtures {
    /// Five blocks of 530, 12, 3, 7 and 1 parameters, the fourth of them local; the first spans a packed group and a tail.
    static func schema() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "layers.0.weight", shape: [53, 10]),
            ParameterBlock(name: "layers.0.bias", shape: [12]),
            ParameterBlock(name: "layers.1.weight", shape: [3]),
            ParameterBlock(name: "head", shape: [7], role: .local),
            ParameterBlock(name: "scale", shape: [1]),
        ])
    }

    static let work = LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1)

    /// A packed section.
    static func section(
        _ blocks: Range<Int>,
        step: Double,
        shift: Int = 0,
        bits: Int,
        bound: Int64? = nil
    ) throws -> SectionPlan {
        let width = try BitWidth(bits)
        let lattice = try Lattice(step: step, shift: shift, bound: bound ?? width.magnitudeMax)
        return SectionPlan(blocks: blocks, encoding: .packed(lattice, width))
    }

    static func plan(
        role: ClientRole = .trainer,
        weighting: WeightRule = .samples(cap: 1000),
        up: [SectionPlan]
    ) -> RoundPlan {
        RoundPlan(
            run: RunID(high: 1, low: 2),
            round: 3,
            attempt: 0,
            role: role,
            model: SHA256Digest(hashing: []),
            modelVersion: 2,
            work: work,
            weighting: weighting,
            clip: .none,
            down: [
                SectionPlan(blocks: 0..<3, encoding: .float32), SectionPlan(blocks: 4..<5, encoding: .float32),
            ],
            up: up,
            deadlineMilliseconds: 1000
        )
    }

    /// Three sections of different steps, widths and bounds.
    static func mixedPlan(weighting: WeightRule = .samples(cap: 1000)) throws -> RoundPlan {
        plan(
            weighting: weighting,
            up: [
                try section(0..<1, step: 0x1p-10, bits: 5),
                try section(1..<3, step: 0.3 / 127, bits: 8, bound: 100),
                try section(4..<5, step: 1e-3, bits: 13),
            ]
        )
    }

    static func shape(_ plans: RoundPlan..., cohortMax: Int = 12) throws -> AggregationShape {
        try AggregationShape(
            schema: schema(),
            plans: Dictionary(plans.map { ($0.role, $0) }, uniquingKeysWith: { first, _ in first }),
            cohortMax: cohortMax
        )
    }

    static func configuration(
        weighting: WeightRule = .samples(cap: 100),
        clip: ClipRule = .none,
        widths: BitWidthSchedule? = nil,
        ranges: [SectionRange] = [SectionRange(range: 1)],
        optimizer: ServerOptimizerConfiguration = .sgd(learningRate: 1),
        returnedFields: ReturnedFields = [],
        options: [String: StrategyOption] = [:]
    ) throws -> StrategyConfiguration {
        StrategyConfiguration(
            work: work,
            weighting: weighting,
            clip: clip,
            widths: try widths ?? .constant(BitWidth(8)),
            ranges: ranges,
            optimizer: optimizer,
            returnedFields: returnedFields,
            options: options
        )
    }

    static func context(round: UInt32 = 1, roundCount: UInt32 = 10) throws -> RoundContext {
        RoundContext(
            round: round,
            attempt: 0,
            roundCount: roundCount,
            population: 100,
            cohort: 10,
            schema: try schema(),
            seed: 1
        )
    }
}

extension Aggregate {
    var deltaBits: [UInt32] { delta.map(\.bitPattern) }
}
