import CHansaKernels
import HansaCore
import HansaNumerics
import HansaQuantization
import Testing

/// From a trained model to the bytes that leave the device, and the door they pass at the coordinator.
@Suite(.serialized) struct UpdatePipelineTests {
    static func encode(
        _ delta: [Float],
        plan: RoundPlan,
        sampleCount: Int = 3,
        seed: UInt64 = 1
    ) throws(PipelineError) -> EncodedUpdate {
        guard let schema = try? PlanFixtures.schema() else { throw .noExamples }
        var words = RandomStream(seed: seed, purpose: .rounding)
        return try UpdatePipeline.encode(
            local: delta,
            received: [Float](repeating: 0, count: delta.count),
            sampleCount: sampleCount,
            plan: plan,
            schema: schema,
            words: &words
        )
    }

    /// |q · step − factor · delta| < step, where nothing is clipped or cut.
    ///
    /// A width up to 16 bits multiplies in Float,
    /// whose relative error of 2^-23 is at most 2^-8 steps of 2^15.
    @Test(arguments: [2, 8, 16, 32], [WeightRule.uniform, .samples(cap: 4), .samplesOnClient(cap: 4)])
    func integersAreWithinOneStepOfTheWeightedDifference(bits: Int, weighting: WeightRule) throws {
        let schema = try PlanFixtures.schema()
        let sections = try PlanFixtures.sections(bits: bits)
        let splits: [[SectionPlan]] = [
            sections,
            [
                SectionPlan(blocks: 0..<1, encoding: sections[0].encoding),
                SectionPlan(blocks: 1..<2, encoding: sections[0].encoding), sections[1],
            ],
            [sections[0], try PlanFixtures.section(3..<4, step: 1.0 / 4095, bits: 13)],
        ]
        for (index, up) in splits.enumerated() {
            let plan = try PlanFixtures.plan(weighting: weighting, up: up)
            let received = UpdateSamples.uniform(seed: 1, count: schema.count, range: 0.4)
            let local = UpdateSamples.uniform(seed: 2, count: schema.count, range: 0.4)
            var words = RandomStream(seed: UInt64(index), purpose: .rounding)
            let update = try UpdatePipeline.encode(
                local: local,
                received: received,
                sampleCount: 3,
                plan: plan,
                schema: schema,
                words: &words
            )
            #expect(update.saturatedCount == 0 && !update.wasClipped)
            #expect(update.declaredSampleCount == (weighting == .samples(cap: 4) ? 3 : 0))
            #expect(update.payload.count == plan.updateByteCount(schema: schema))
            #expect(UpdatePipeline.isOnLattice(update.payload, plan: plan, schema: schema))
            let factor = weighting == .samplesOnClient(cap: 4) ? 0.75 : 1.0
            var covered = 0
            for section in try UpdateSamples.integers(of: update.payload, plan: plan, schema: schema) {
                covered += section.values.count
                for (value, coordinate) in zip(section.values, section.range) {
                    let expected = Double(Float(Double(local[coordinate] - received[coordinate]) * factor))
                    #expect(abs(Double(value) * section.ownStep - expected) < section.ownStep * (1 + 0x1p-7))
                }
            }
            #expect(covered == schema.count - 2)
        }
    }

    @Test func aDifferenceOnTheLatticeTravelsExactly() throws {
        let schema = try PlanFixtures.schema()
        let plan = try PlanFixtures.plan(up: [
            try PlanFixtures.section(0..<2, step: 0x1p-6, bits: 8),
            try PlanFixtures.section(3..<4, step: 0x1p-6, bits: 8),
        ])
        let delta = (0..<schema.count).map { Float($0 % 255 - 127) * 0x1p-6 }
        for seed in 0..<8 as Range<UInt64> {
            let update = try Self.encode(delta, plan: plan, seed: seed)
            for section in try UpdateSamples.integers(of: update.payload, plan: plan, schema: schema) {
                #expect(section.values == section.range.map { Int32($0 % 255 - 127) })
            }
        }
    }

    @Test func theLocalBlockNeverLeaves() throws {
        let schema = try PlanFixtures.schema()
        var delta = UpdateSamples.uniform(seed: 3, count: schema.count, range: 0.01)
        for clip in [ClipRule.none, .l1(bound: 0.9), .l2(bound: 0.9)] {
            let plan = try PlanFixtures.plan(clip: clip, up: try PlanFixtures.sections(bits: 12))
            let without = try Self.encode(delta, plan: plan)
            let local = schema.parameterRange(ofBlock: 2)
            delta[local.lowerBound] += 0.5
            #expect(try Self.encode(delta, plan: plan) == without)
        }
    }

    /// The bound is on the integers, for every input: |q|₁ ≤ ⌊clip / step⌋.
    @Test(arguments: 0..<256 as Range<UInt64>)
    func theIntegersKeepTheL1Bound(seed: UInt64) throws {
        let schema = try PlanFixtures.schema()
        let up = try PlanFixtures.sections(bits: 10)
        let step = 1.0 / 511
        let clip = 0.1 + 0.8 * Double(seed) / 256
        let plan = try PlanFixtures.plan(weighting: .samplesOnClient(cap: 4), clip: .l1(bound: clip), up: up)
        let delta = UpdateSamples.adversarial(seed: seed, count: schema.count, step: step)
        let update = try Self.encode(delta, plan: plan, sampleCount: 1 + Int(seed % 6), seed: seed)
        #expect(UpdatePipeline.isOnLattice(update.payload, plan: plan, schema: schema))
        let values = try UpdateSamples.integers(of: update.payload, plan: plan, schema: schema).flatMap(\.values)
        let norm = values.reduce(Int64(0)) { $0 + Int64($1.magnitude) }
        #expect(norm <= Int64((clip / step).rounded(.down)))
        if update.wasClipped { #expect(norm >= Int64((clip / step).rounded(.down)) - Int64(values.count)) }
        #expect(update.saturatedCount == 0)
    }

    /// The bound is on the integers, for every input: |q|₂² ≤ min((c + √d)², c² + d/4 + c + √d/2) with c = clip / step.
    @Test(arguments: 0..<256 as Range<UInt64>)
    func theIntegersKeepTheL2Bound(seed: UInt64) throws {
        let schema = try PlanFixtures.schema()
        let up = try PlanFixtures.sections(bits: 12, range: 2)
        let step = 2.0 / 2047
        let clip = 0.3 + Double(seed) / 256
        let plan = try PlanFixtures.plan(clip: .l2(bound: clip), up: up)
        let delta = UpdateSamples.adversarial(seed: seed, count: schema.count, step: step)
        let update = try Self.encode(delta, plan: plan, seed: seed)
        #expect(UpdatePipeline.isOnLattice(update.payload, plan: plan, schema: schema))
        let values = try UpdateSamples.integers(of: update.payload, plan: plan, schema: schema).flatMap(\.values)
        let square = values.reduce(Int64(0)) { $0 + Int64($1) * Int64($1) }
        let (c, root) = (clip / step, Double(values.count).squareRoot())
        #expect(Double(square) <= min((c + root) * (c + root), c * c + root * root / 4 + c + root / 2))
    }

    @Test func whatIsOutsideTheRangeIsCutAndCounted() throws {
        let schema = try PlanFixtures.schema()
        let plan = try PlanFixtures.plan()
        var delta = UpdateSamples.uniform(seed: 4, count: schema.count, range: 0.99)
        #expect(try Self.encode(delta, plan: plan).saturatedCount == 0)
        delta[0] = 1.5
        delta[604] = -1e30
        delta[610] = 2
        // Block 2 is local, so what happens there is nobody's business.
        delta[605] = 9
        let update = try Self.encode(delta, plan: plan)
        #expect(update.saturatedCount == 3)
        let sections = try UpdateSamples.integers(of: update.payload, plan: plan, schema: schema)
        #expect(sections[0].values[0] == 127 && sections[0].values[604] == -127 && sections[1].values[3] == 127)
        #expect(UpdatePipeline.isOnLattice(update.payload, plan: plan, schema: schema))
    }

    @Test(arguments: [ClipRule.none, .l1(bound: 0.9), .l2(bound: 0.9)], [Float.nan, .infinity, -.infinity])
    func aDifferenceThatIsNotFiniteIsRefused(clip: ClipRule, value: Float) throws {
        let schema = try PlanFixtures.schema()
        let plan = try PlanFixtures.plan(clip: clip, up: try PlanFixtures.sections(bits: 12))
        for index in [0, 599, 622] {
            var delta = UpdateSamples.uniform(seed: 5, count: schema.count, range: 0.01)
            delta[index] = value
            #expect(throws: PipelineError.quantization(.notFinite)) { try Self.encode(delta, plan: plan) }
        }
    }

    @Test func modelsOfAnotherSizeAndClientsWithoutDataAreRefused() throws {
        let schema = try PlanFixtures.schema()
        let plan = try PlanFixtures.plan()
        let count = schema.count
        #expect(throws: PipelineError.wrongParameterCount(got: count - 1, expected: count)) {
            try Self.encode([Float](repeating: 0, count: count - 1), plan: plan)
        }
        #expect(throws: PipelineError.wrongParameterCount(got: 1, expected: count)) {
            var words = RandomStream(seed: 1, purpose: .rounding)
            return try UpdatePipeline.encode(
                local: [Float](repeating: 0, count: count),
                received: [0],
                sampleCount: 1,
                plan: plan,
                schema: schema,
                words: &words
            )
        }
        for sampleCount in [0, -1, Int.min] {
            #expect(throws: PipelineError.noExamples) {
                try Self.encode([Float](repeating: 0, count: count), plan: plan, sampleCount: sampleCount)
            }
        }
    }

    /// The plan came over the wire: one that does not fit ends in an error, never in an index out of range.
    @Test func aPlanThatDoesNotFitTheModelIsRefused() throws {
        let delta = [Float](repeating: 0, count: try PlanFixtures.schema().count)
        var plan = try PlanFixtures.plan()
        plan.up[1].blocks = 3..<99
        #expect(throws: PipelineError.invalidPlan(.invalidSections(section: 1))) { try Self.encode(delta, plan: plan) }
        plan = try PlanFixtures.plan(weighting: .samplesOnClient(cap: 0))
        #expect(throws: PipelineError.invalidPlan(.invalidWeighting)) { try Self.encode(delta, plan: plan) }
        plan = try PlanFixtures.plan(clip: .l1(bound: 2))
        #expect(throws: PipelineError.self) { try Self.encode(delta, plan: plan) }
    }

    /// The tail layout, read bit by bit: an independent judge of what `isOnLattice` says of every flipped bit.
    @Test func everyFlippedBitIsJudgedRightly() throws {
        let schema = try ParameterSchema([ParameterBlock(name: "w", shape: [21])])
        let (bits, bound) = (5, Int64(11))
        var plan = try PlanFixtures.plan(up: [try PlanFixtures.section(0..<1, step: 0.1, bits: bits, bound: bound)])
        plan.down = [SectionPlan(blocks: 0..<1, encoding: .float32)]
        let values = (0..<21).map { Int32($0 - 10) }
        let payload = try PackedLayout.pack(values, width: try BitWidth(bits))
        #expect(payload.count == 14)
        #expect(UpdatePipeline.isOnLattice(payload, plan: plan, schema: schema))
        var refusedCount = 0
        for flip in 0..<8 * payload.count {
            var flipped = payload
            flipped[flip / 8] ^= 1 << UInt8(flip % 8)
            func bit(_ index: Int) -> Int { Int(flipped[index / 8] >> UInt8(index % 8)) & 1 }
            let isPaddingZero = (21 * bits..<8 * payload.count).allSatisfy { bit($0) == 0 }
            let isInside = (0..<21).allSatisfy { index in
                let code = (0..<bits).reduce(0) { $0 | bit(index * bits + $1) << $1 }
                return abs(code < 16 ? code : code - 32) <= Int(bound)
            }
            let expected = isPaddingZero && isInside
            #expect(UpdatePipeline.isOnLattice(flipped, plan: plan, schema: schema) == expected, "bit \(flip)")
            if !expected { refusedCount += 1 }
        }
        #expect(refusedCount >= 7)
    }

    @Test func otherLengthsAreNotOnTheLattice() throws {
        let schema = try PlanFixtures.schema()
        let plan = try PlanFixtures.plan()
        let payload = try Self.encode([Float](repeating: 0, count: schema.count), plan: plan).payload
        #expect(!UpdatePipeline.isOnLattice(Array(payload.dropLast()), plan: plan, schema: schema))
        #expect(!UpdatePipeline.isOnLattice(payload + [0], plan: plan, schema: schema))
        #expect(!UpdatePipeline.isOnLattice([], plan: plan, schema: schema))
    }

    @Test(arguments: [ClipRule.none, .l1(bound: 0.9), .l2(bound: 0.9)])
    func theSameWordsGiveTheSameBytesAndOthersGiveOthers(clip: ClipRule) throws {
        let delta = UpdateSamples.uniform(seed: 6, count: try PlanFixtures.schema().count, range: 0.02)
        let plan = try PlanFixtures.plan(clip: clip, up: try PlanFixtures.sections(bits: 12))
        let first = try Self.encode(delta, plan: plan, seed: 1)
        #expect(try Self.encode(delta, plan: plan, seed: 1) == first)
        #expect(try Self.encode(delta, plan: plan, seed: 2).payload != first.payload)
    }

    @Test func sectionsOfEqualContentAreRoundedApart() throws {
        let schema = try ParameterSchema(
            ["a", "b"].map { ParameterBlock(name: $0, shape: [400]) }
        )
        let encoding = try PlanFixtures.sections(bits: 8)[0].encoding
        let sections = [0..<1, 1..<2].map { SectionPlan(blocks: $0, encoding: encoding) }
        var plan = try PlanFixtures.plan(up: sections)
        plan.down = sections
        var words = RandomStream(seed: 1, purpose: .rounding)
        let update = try UpdatePipeline.encode(
            local: [Float](repeating: 0.1, count: 800),
            received: [Float](repeating: 0, count: 800),
            sampleCount: 1,
            plan: plan,
            schema: schema,
            words: &words
        )
        #expect(update.payload.prefix(400) != update.payload.suffix(400))
    }

    @Test(arguments: [2, 8, 16, 32], [ClipRule.none, .l1(bound: 0.9), .l2(bound: 0.9)])
    func everyKernelVariantGivesTheSameBytes(bits: Int, clip: ClipRule) throws {
        // Two bits are too coarse for a joint norm bound on 621 coordinates.
        guard clip == .none || bits > 8 else { return }
        defer { _ = hansa_kernels_force(-1) }
        let plan = try PlanFixtures.plan(
            weighting: .samplesOnClient(cap: 4),
            clip: clip,
            up: try PlanFixtures.sections(bits: bits)
        )
        let delta = UpdateSamples.uniform(seed: 7, count: try PlanFixtures.schema().count, range: 1.2)
        #expect(hansa_kernels_force(0))
        let expected = try Self.encode(delta, plan: plan)
        for variant in 1..<max(2, hansa_kernels_variant_count()) where hansa_kernels_variant_supported(variant) {
            #expect(hansa_kernels_force(variant))
            #expect(try Self.encode(delta, plan: plan) == expected)
        }
    }
}
