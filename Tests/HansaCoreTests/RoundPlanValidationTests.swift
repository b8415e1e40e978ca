import HansaCore
import HansaNumerics
import HansaQuantization
import Testing

/// What a coordinator and a client refuse before anything is trained: one bad plan for every reason.
@Suite struct RoundPlanValidationTests {
    static func refusal(cohortMax: Int = 10, _ change: (inout RoundPlan) throws -> Void) throws -> PlanError? {
        let schema = try PlanFixtures.schema()
        var plan = try PlanFixtures.plan()
        try change(&plan)
        do throws(PlanError) {
            try plan.validate(schema: schema, cohortMax: cohortMax)
            return nil
        } catch {
            return error
        }
    }

    @Test func aPlanThatFitsIsAccepted() throws {
        #expect(try Self.refusal { _ in } == nil)
        #expect(try Self.refusal { $0.clip = .l1(bound: 1) } == nil)
        #expect(
            try Self.refusal {
                $0.clip = .l2(bound: 1)
                $0.up = try PlanFixtures.sections(bits: 16, range: 1.25)
            } == nil
        )
    }

    @Test func workOutOfRangeIsRefused() throws {
        let changes: [(inout LocalWork) -> Void] = [
            { $0.epochs = 0 },
            { $0.learningRate = -0.1 }, { $0.learningRate = .nan }, { $0.learningRate = .infinity },
            { $0.momentum = 1 }, { $0.momentum = -0.1 }, { $0.momentum = .nan },
            { $0.weightDecay = -1 }, { $0.weightDecay = .infinity }, { $0.weightDecay = .nan },
        ]
        for change in changes { #expect(try Self.refusal { change(&$0.work) } == .invalidWork) }
    }

    @Test func aCapOfZeroIsRefused() throws {
        #expect(try Self.refusal { $0.weighting = .samples(cap: 0) } == .invalidWeighting)
        #expect(try Self.refusal { $0.weighting = .samplesOnClient(cap: 0) } == .invalidWeighting)
    }

    @Test(arguments: [0, -1, .nan, .infinity] as [Double])
    func aClipBoundThatIsNoneIsRefused(bound: Double) throws {
        #expect(try Self.refusal { $0.clip = .l1(bound: bound) } == .invalidClip)
        #expect(try Self.refusal { $0.clip = .l2(bound: bound) } == .invalidClip)
    }

    @Test func anUnknownCapabilityIsRefused() throws {
        #expect(try Self.refusal { $0.requiredCapabilities = Capabilities(rawValue: 1 << 40) } == .unknownCapability)
    }

    @Test func floatUpdatesAreRefused() throws {
        #expect(try Self.refusal { $0.up[1].encoding = .float32 } == .floatUpdate(section: 1))
    }

    /// Blocks 0, 1 and 3 must be covered once and in order; block 2 is local.
    static let badCoverage: [(blocks: [Range<Int>], section: Int)] = [
        ([], 0), ([0..<2], 1), ([3..<4], 0), ([1..<2, 3..<4], 0), ([0..<1, 3..<4], 1), ([0..<2, 1..<2, 3..<4], 1),
        ([0..<2, 3..<4, 3..<4], 2), ([3..<4, 0..<2], 0), ([0..<4], 0), ([0..<3, 3..<4], 0), ([0..<2, 2..<4], 1),
        ([0..<2, 3..<5], 1), ([0..<2, 3..<3], 1), ([0..<0, 0..<2, 3..<4], 0), ([0..<Int.max], 0),
        ([0..<2, 3..<4, 4..<5], 2),
    ]

    @Test(arguments: badCoverage.indices)
    func gapsOverlapsDisorderAndLocalBlocksAreRefused(index: Int) throws {
        let (blocks, section) = Self.badCoverage[index]
        let encoding = try PlanFixtures.plan().up[0].encoding
        let sections = blocks.map { SectionPlan(blocks: $0, encoding: encoding) }
        #expect(try Self.refusal { $0.up = sections } == .invalidSections(section: section))
        #expect(try Self.refusal { $0.down = sections } == .invalidSections(section: section))
    }

    @Test func aBoundBeyondTheWidthIsRefused() throws {
        #expect(
            try Self.refusal { $0.up[1] = try PlanFixtures.section(3..<4, step: 1, bits: 4, bound: 8) }
                == .invalidLattice(section: 1, .boundExceedsWidth(bound: 8, bits: 4))
        )
        #expect(
            try Self.refusal { $0.down[0] = try PlanFixtures.section(0..<2, step: 1, bits: 2, bound: 2) }
                == .invalidLattice(section: 0, .boundExceedsWidth(bound: 2, bits: 2))
        )
    }

    /// 2^31 − 1 times 2^30 is just below 2^61: two such clients fit 62 bits, three do not.
    @Test func aSumThatTheCohortCouldOverflowIsRefused() throws {
        let widest = try PlanFixtures.section(3..<4, step: 0x1p-60, shift: 30, bits: 32)
        #expect(try Self.refusal(cohortMax: 2) { $0.up[1] = widest } == nil)
        #expect(
            try Self.refusal(cohortMax: 3) { $0.up[1] = widest } == .sumMayOverflow(section: 1, bitsNeeded: 61 + 1 + 2)
        )
        let weighted = try Self.refusal(cohortMax: 1) {
            $0.up[1] = widest
            $0.weighting = .samples(cap: 4)
        }
        #expect(weighted == .sumMayOverflow(section: 1, bitsNeeded: 61 + 3 + 1))
        #expect(
            try Self.refusal(cohortMax: .max) { _ in } == .sumMayOverflow(section: 0, bitsNeeded: 7 + 1 + 63)
        )
    }

    @Test(arguments: [0, -1, Int.min]) func aCohortOfNobodyIsRefused(cohortMax: Int) throws {
        #expect(
            try Self.refusal(cohortMax: cohortMax) { _ in }
                == .invalidLattice(section: 0, .wrongCount(got: cohortMax, expected: 1))
        )
    }

    @Test(arguments: [ClipRule.l1(bound: 1), .l2(bound: 1)])
    func aJointClipNeedsOneLattice(clip: ClipRule) throws {
        let refusal = try Self.refusal {
            $0.clip = clip
            $0.up[1] = try PlanFixtures.section(3..<4, step: 0.5, bits: 8)
        }
        #expect(refusal == .clipNeedsOneLattice)
    }

    @Test func aClipThatLeavesTheLatticeIsRefused() throws {
        #expect(
            try Self.refusal { $0.clip = .l1(bound: 2) }
                == .clipDoesNotFit(.clipExceedsLattice(needed: 254, bound: 127))
        )
        // √(K₂²) exceeds clip/step = 32767 by rounding alone, so a range of exactly the clip is too small.
        let exact = try Self.refusal {
            $0.clip = .l2(bound: 1)
            $0.up = try PlanFixtures.sections(bits: 16)
        }
        guard case .clipDoesNotFit(.clipExceedsLattice(let needed, 32_767)) = exact else {
            Issue.record("expected a clip that exceeds the lattice, got \(String(describing: exact))")
            return
        }
        #expect(needed > 32_767 && needed < 32_767 + 25)
    }

    @Test func aStepTooCoarseForTheClipIsRefused() throws {
        #expect(
            try Self.refusal { $0.clip = .l1(bound: 1e-3) } == .clipDoesNotFit(.stepTooCoarse(stepMax: 1e-3))
        )
        let coarse = try Self.refusal { $0.clip = .l2(bound: 0.5) }
        guard case .clipDoesNotFit(.stepTooCoarse(let stepMax)) = coarse else {
            Issue.record("expected a step that is too coarse, got \(String(describing: coarse))")
            return
        }
        // √621 / 2 ≤ 0.1 · clip / step.
        #expect(abs(stepMax - 0.2 * 0.5 / 621.0.squareRoot()) < 1e-12)
    }

    /// Whatever decodes can be judged: validation traps on nothing that bytes can say.
    @Test(arguments: 0..<64 as Range<UInt64>)
    func decodedGarbageIsJudgedWithoutATrap(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .faults)
        let schema = try PlanFixtures.schema()
        for clip in [ClipRule.none, .l1(bound: 1), .l2(bound: 1)] {
            let bytes = try PlanFixtures.plan(clip: clip).canonicalBytes
            for _ in 0..<300 {
                var garbled = bytes
                for _ in 0...stream.next(below: 3) {
                    garbled[Int(stream.next(below: UInt64(bytes.count)))] = UInt8(truncatingIfNeeded: stream.next32())
                }
                guard let plan = try? RoundPlan(canonicalBytes: garbled) else { continue }
                let verdict = Result { () throws(PlanError) in
                    try plan.validate(schema: schema, cohortMax: Int(truncatingIfNeeded: stream.next64()))
                }
                if case .success = verdict { #expect(plan.updateByteCount(schema: schema) > 0) }
            }
        }
    }
}
