import HansaCore
import HansaNumerics
import HansaQuantization

/// Models and plans that the suites share.
enum PlanFixtures {
    /// Four blocks of 600, 5, 2 and 16 parameters; the third never leaves the client, the first spans a packed group.
    static func schema() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "weight", shape: [60, 10]),
            ParameterBlock(name: "bias", shape: [5]),
            ParameterBlock(name: "head", shape: [2], role: .local),
            ParameterBlock(name: "out", shape: [16]),
        ])
    }

    static func section(_ blocks: Range<Int>, step: Double, shift: Int = 0, bits: Int, bound: Int64? = nil) throws
        -> SectionPlan
    {
        let width = try BitWidth(bits)
        let lattice = try Lattice(step: step, shift: shift, bound: bound ?? width.magnitudeMax)
        return SectionPlan(blocks: blocks, encoding: .packed(lattice, width))
    }

    /// Two sections around the local block, over ±1 by default.
    static func sections(bits: Int, range: Double = 1) throws -> [SectionPlan] {
        let width = try BitWidth(bits)
        let lattice = try Lattice(covering: range, width: width)
        return [0..<2, 3..<4].map { SectionPlan(blocks: $0, encoding: .packed(lattice, width)) }
    }

    static let work = LocalWork(
        epochs: 2,
        batchSize: 32,
        learningRate: 0.5,
        momentum: 0.25,
        weightDecay: 0.125,
        shuffles: true,
        stepCountMax: 7
    )

    /// A plan that ``schema()`` fits.
    static func plan(
        weighting: WeightRule = .uniform,
        clip: ClipRule = .none,
        up: [SectionPlan]? = nil,
        returnedFields: ReturnedFields = []
    ) throws -> RoundPlan {
        RoundPlan(
            run: RunID(high: 1, low: 2),
            round: 3,
            attempt: 0,
            model: SHA256Digest(hashing: []),
            modelVersion: 2,
            work: work,
            weighting: weighting,
            clip: clip,
            down: [SectionPlan(blocks: 0..<2, encoding: .float32), SectionPlan(blocks: 3..<4, encoding: .float32)],
            up: try up ?? sections(bits: 8),
            deadlineMilliseconds: 1000,
            returnedFields: returnedFields
        )
    }

    /// The plan whose bytes are written out in `RoundPlanBytesTests`: no field has its default or its neighbour's value.
    static func golden() throws -> RoundPlan {
        RoundPlan(
            run: RunID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718),
            round: 3,
            attempt: 1,
            jobKind: .training,
            phase: 2,
            role: .miner,
            model: try digest(of: 0..<32),
            modelVersion: 5,
            work: work,
            weighting: .samples(cap: 100),
            clip: .l2(bound: 1.5),
            down: [SectionPlan(blocks: 0..<2, encoding: .float32), try section(3..<4, step: 0.25, bits: 4)],
            up: [try section(0..<2, step: 0x1p-10, shift: 3, bits: 9, bound: 200)],
            deadlineMilliseconds: 60_000,
            returnedFields: [.sampleCount, .trainingLoss],
            requiredCapabilities: [.packedIntegers, .integerNormBounds]
        )
    }

    static func digest(of bytes: Range<UInt8>) throws -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: Array(bytes)) else { throw PlanError.malformed }
        return digest
    }
}
