import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import Testing

/// The station between rounding and packing.
@Suite("Noise in the pipeline")
struct NoisePipelineTests {
    private func update(
        _ plan: RoundPlan,
        delta: Float = 0,
        at coordinate: Int = 0,
        seed: UInt64 = 1
    ) throws -> (update: EncodedUpdate, values: [Int32]) {
        let schema = try PlanFixtures.schema()
        var words = RandomStream(seed: 3, purpose: .rounding)
        var local = [Float](repeating: 0, count: schema.count)
        local[coordinate] = delta
        let id = AssignmentID(round: plan.round, attempt: plan.attempt, client: ClientID(0), fence: 0)
        let update = try UpdatePipeline.encode(
            local: local,
            received: [Float](repeating: 0, count: schema.count),
            sampleCount: 1,
            plan: plan,
            schema: schema,
            words: &words,
            noiseKey: try NoiseKey.client(id, plan: plan, seed: seed)
        )
        var values: [Int32] = []
        var start = 0
        for section in plan.up {
            guard case .packed(_, let width) = section.encoding else { continue }
            let count = schema.parameterRange(ofBlocks: section.blocks).count
            let end = start + section.byteCount(parameterCount: count)
            values += try PackedLayout.unpack(Array(update.payload[start..<end]), count: count, width: width)
            start = end
        }
        return (update, values)
    }

    @Test("is the sampler's, coordinate by coordinate, and the same again from the same key")
    func isAdded() throws {
        for mechanism in try NoisePlanTests.mechanisms() {
            let plan = try NoisePlanTests.plan(mechanism)
            let id = AssignmentID(round: plan.round, attempt: plan.attempt, client: ClientID(0), fence: 0)
            var stream = try NoiseStream(key: try #require(try NoiseKey.client(id, plan: plan, seed: 1)).bytes)
            var draws = [Int32](repeating: 0, count: 621)
            let sampler = try NoiseSampler(mechanism)
            try draws.withUnsafeMutableBufferPointer { try sampler.fill($0, from: &stream) }
            let (_, values) = try update(plan)
            #expect(values == draws)
            #expect(Set(values).count > 100)
            #expect(try update(plan).values == values)
            #expect(try update(plan, seed: 2).values != values)
            // One coordinate of one half, 500 steps of 0.001.
            var moved = draws
            moved[0] += 500
            #expect(try update(plan, delta: 0.5).values == moved)
        }
    }

    @Test("neighbouring inputs give updates of one form: length, sections and width do not tell")
    func sameForm() throws {
        for mechanism in try NoisePlanTests.mechanisms() {
            let plan = try NoisePlanTests.plan(mechanism)
            let schema = try PlanFixtures.schema()
            for delta: Float in [-10, -1, 0, 0.001, 1, 1000] {
                let (update, _) = try update(plan, delta: delta)
                #expect(update.payload.count == plan.updateByteCount(schema: schema))
                #expect(UpdatePipeline.isOnLattice(update.payload, plan: plan, schema: schema))
                #expect(update.declaredSampleCount == 0)
            }
        }
    }

    @Test("what lies beyond the lattice afterwards is limited to it, and counted")
    func limits() throws {
        var plan = try NoisePlanTests.plan(.discreteLaplace(scale: try Ratio(200)))
        let schema = try PlanFixtures.schema()
        let lattice = try Lattice(step: 0.001, bound: 4000)
        plan.up = plan.up.map { section in
            var limited = section
            if case .packed(_, let width) = section.encoding { limited.encoding = .packed(lattice, width) }
            return limited
        }
        try plan.validate(schema: schema, cohortMax: 1)
        // The plan leaves 3,000 steps beyond the clip for a tail that ends at 2,808, so nothing is limited.
        for seed: UInt64 in 1...20 {
            let (update, values) = try update(plan, delta: 1, seed: seed)
            #expect(update.saturatedCount == 0)
            #expect(values.allSatisfy { abs($0) <= 4000 })
        }
    }

    @Test("is the same from a station that is kept, and refused from a station of another law")
    func stations() throws {
        let schema = try PlanFixtures.schema()
        let zeros = [Float](repeating: 0, count: schema.count)
        let plan = try NoisePlanTests.plan(.discreteLaplace(scale: try Ratio(200)))
        let id = AssignmentID(round: plan.round, attempt: plan.attempt, client: ClientID(0), fence: 0)
        func payload(_ station: NoiseStation?) throws -> [UInt8] {
            var words = RandomStream(seed: 3, purpose: .rounding)
            return try UpdatePipeline.encode(
                local: zeros,
                received: zeros,
                sampleCount: 1,
                plan: plan,
                schema: schema,
                words: &words,
                noiseKey: try NoiseKey.client(id, plan: plan, seed: 1),
                noiseStation: station
            ).payload
        }
        let kept = try #require(try NoiseStation(plan: plan))
        #expect(kept.mechanism == .discreteLaplace(scale: try Ratio(200)))
        #expect(try payload(kept) == payload(nil))
        #expect(throws: PipelineError.noise(.invalidParameter)) {
            try payload(NoiseStation(.discreteLaplace(scale: try Ratio(100))))
        }
        // A share's station is the share's, and who adds none has none.
        let shared = try NoisePlanTests.plan(.skellam(variance: try Ratio(800)), placement: .distributed(cohortMin: 8))
        #expect(try NoiseStation(plan: shared)?.mechanism == .skellam(variance: try Ratio(800, 8)))
        let central = try NoisePlanTests.plan(.discreteGaussian(variance: try Ratio(9)), placement: .central)
        #expect(try NoiseStation(plan: central) == nil)
    }

    @Test("is not left out where there is no key")
    func needsKey() throws {
        let plan = try NoisePlanTests.plan(.discreteLaplace(scale: try Ratio(200)))
        let schema = try PlanFixtures.schema()
        var words = RandomStream(seed: 3, purpose: .rounding)
        #expect(throws: PipelineError.noise(.noRandomness)) {
            try UpdatePipeline.encode(
                local: [Float](repeating: 0, count: schema.count),
                received: [Float](repeating: 0, count: schema.count),
                sampleCount: 1,
                plan: plan,
                schema: schema,
                words: &words
            )
        }
    }
}
