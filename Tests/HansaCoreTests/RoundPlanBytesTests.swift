import HansaCore
import HansaNumerics
import HansaQuantization
import Testing

/// The one byte form of a plan, which both ends hash.
@Suite struct RoundPlanBytesTests {
    /// The bytes of ``PlanFixtures/golden()``, one field a line, little-endian; written out by hand from the format.
    static let goldenFields: [(field: String, bytes: String)] = [
        ("version", "01"),
        ("run, high", "0807060504030201"),
        ("run, low", "1817161514131211"),
        ("round", "03000000"),
        ("attempt", "01000000"),
        ("job: training", "01"),
        ("phase", "02000000"),
        ("role: miner", "03"),
        ("model digest", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
        ("model version", "0500000000000000"),
        ("epochs", "02000000"),
        ("batch size", "20000000"),
        ("learning rate 0.5", "0000003f"),
        ("momentum 0.25", "0000803e"),
        ("weight decay 0.125", "0000003e"),
        ("shuffles", "01"),
        ("step count max", "07000000"),
        ("weighting: samples", "01"),
        ("its cap", "64000000"),
        ("clip: L2", "02"),
        ("its bound 1.5", "000000000000f83f"),
        ("noise: none", "00"),
        ("sections down", "02000000"),
        ("first block", "00000000"),
        ("end block", "02000000"),
        ("encoding: float32", "00"),
        ("first block", "03000000"),
        ("end block", "04000000"),
        ("encoding: packed", "01"),
        ("step 0.25", "000000000000d03f"),
        ("shift", "00"),
        ("bound", "0700000000000000"),
        ("width", "04"),
        ("sections up", "01000000"),
        ("first block", "00000000"),
        ("end block", "02000000"),
        ("encoding: packed", "01"),
        ("step 2^-10", "000000000000503f"),
        ("shift", "03"),
        ("bound", "c800000000000000"),
        ("width", "09"),
        ("deadline in ms", "60ea0000"),
        ("returned: count and loss", "03000000"),
        ("capabilities: packed, norm bounds", "0500000000000000"),
    ]

    static var goldenBytes: [UInt8] { goldenFields.flatMap { Hexadecimal.bytes($0.bytes) } }

    @Test func theGoldenPlanHasTheGoldenBytes() throws {
        let bytes = try PlanFixtures.golden().canonicalBytes
        var start = 0
        for (field, text) in Self.goldenFields {
            let end = start + text.utf8.count / 2
            try #require(end <= bytes.count, "\(field)")
            #expect(Hexadecimal.text(Array(bytes[start..<end])) == text, "\(field)")
            start = end
        }
        #expect(start == bytes.count)
    }

    @Test func theGoldenBytesAreTheGoldenPlan() throws {
        let plan = try RoundPlan(canonicalBytes: Self.goldenBytes)
        #expect(try plan == PlanFixtures.golden())
        #expect(plan.digest.hexadecimal == "148a9fc87eb3bf906e05726dc0ef63808ab0e7c116ce54f6d5703992cc4018d2")
    }

    @Test func everyVariantReadsBackAsItself() throws {
        let encodings: [SectionPlan.Encoding] = [
            .float32,
            .packed(try Lattice(step: 1e-3, bound: 1), try BitWidth(2)),
            .packed(try Lattice(step: 0x1p-40, shift: 30, bound: (1 << 31) - 1), try BitWidth(32)),
        ]
        let weightings: [WeightRule] = [.uniform, .samples(cap: 1), .samples(cap: .max), .samplesOnClient(cap: 9)]
        let clips: [ClipRule] = [.none, .l1(bound: 0.1), .l2(bound: 1e300)]
        let fields: [ReturnedFields] = [[], .sampleCount, .trainingLoss, .known]
        for role in [ClientRole.trainer, .anchor, .miner] {
            for weighting in weightings {
                for clip in clips {
                    for encoding in encodings {
                        for returned in fields {
                            var plan = try PlanFixtures.golden()
                            plan.role = role
                            plan.weighting = weighting
                            plan.clip = clip
                            plan.up = [SectionPlan(blocks: 0..<2, encoding: encoding)]
                            plan.down = [SectionPlan](
                                repeating: plan.up[0],
                                count: returned.contains(.sampleCount) ? 3 : 0
                            )
                            plan.returnedFields = returned
                            plan.work.shuffles = returned.isEmpty
                            #expect(try RoundPlan(canonicalBytes: plan.canonicalBytes) == plan)
                        }
                    }
                }
            }
        }
    }

    @Test func unknownCapabilitiesAreReadSoThatTheyCanBeRefusedByName() throws {
        var plan = try PlanFixtures.golden()
        plan.requiredCapabilities = Capabilities(rawValue: 1 << 63)
        #expect(try RoundPlan(canonicalBytes: plan.canonicalBytes) == plan)
    }

    @Test func noPrefixIsAPlan() {
        let bytes = Self.goldenBytes
        for count in bytes.indices {
            #expect(throws: PlanError.malformed) { try RoundPlan(canonicalBytes: Array(bytes[..<count])) }
        }
    }

    @Test func leftOverBytesAreRefused() {
        #expect(throws: PlanError.malformed) { try RoundPlan(canonicalBytes: Self.goldenBytes + [0]) }
    }

    /// What decodes has the flipped bytes as its canonical form, so no two byte strings are one plan.
    @Test func everyFlippedBitIsRefusedOrAnotherPlan() throws {
        let bytes = Self.goldenBytes
        let golden = try PlanFixtures.golden()
        var refusedCount = 0
        for bit in 0..<8 * bytes.count {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            do throws(PlanError) {
                let plan = try RoundPlan(canonicalBytes: flipped)
                #expect(plan.canonicalBytes == flipped, "bit \(bit)")
                #expect(plan != golden && plan.digest != golden.digest, "bit \(bit)")
            } catch {
                #expect(error == .malformed)
                refusedCount += 1
            }
        }
        // Tags, flags, counts, widths, shifts and bounds have many values that mean nothing.
        #expect(refusedCount > 100)
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func randomBytesBehindAGoodBeginningNeverTrap(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .faults)
        for _ in 0..<200 {
            var bytes = Self.goldenBytes
            let start = Int(stream.next(below: UInt64(bytes.count)))
            let count = Int(stream.next(below: 12))
            for index in start..<min(bytes.count, start + count) {
                bytes[index] = UInt8(truncatingIfNeeded: stream.next32())
            }
            if let plan = try? RoundPlan(canonicalBytes: bytes) { #expect(plan.canonicalBytes == bytes) }
        }
    }

    @Test func aSectionCountThatLiesReservesNothing() throws {
        var bytes = Self.goldenBytes
        let offset = Self.goldenFields.prefix { $0.field != "sections down" }.reduce(0) { $0 + $1.bytes.utf8.count / 2 }
        bytes.replaceSubrange(offset..<offset + 4, with: [0xff, 0xff, 0xff, 0xff])
        #expect(throws: PlanError.malformed) { try RoundPlan(canonicalBytes: bytes) }
    }

    static let changes: [(field: String, change: @Sendable (inout RoundPlan) throws -> Void)] = [
        ("run.high", { $0.run = RunID(high: 9, low: $0.run.low) }),
        ("run.low", { $0.run = RunID(high: $0.run.high, low: 9) }),
        ("round", { $0.round += 1 }),
        ("attempt", { $0.attempt += 1 }),
        ("phase", { $0.phase += 1 }),
        ("role", { $0.role = .anchor }),
        ("model", { $0.model = SHA256Digest(hashing: [1]) }),
        ("modelVersion", { $0.modelVersion += 1 }),
        ("epochs", { $0.work.epochs += 1 }),
        ("batchSize", { $0.work.batchSize += 1 }),
        ("learningRate", { $0.work.learningRate = $0.work.learningRate.nextUp }),
        ("momentum", { $0.work.momentum = $0.work.momentum.nextUp }),
        ("weightDecay", { $0.work.weightDecay = $0.work.weightDecay.nextUp }),
        ("shuffles", { $0.work.shuffles.toggle() }),
        ("stepCountMax", { $0.work.stepCountMax += 1 }),
        ("weighting", { $0.weighting = .samplesOnClient(cap: 100) }),
        ("cap", { $0.weighting = .samples(cap: 101) }),
        ("clip", { $0.clip = .l1(bound: 1.5) }),
        ("clip bound", { $0.clip = .l2(bound: 1.5.nextUp) }),
        ("down", { $0.down.removeLast() }),
        ("down blocks", { $0.down[0].blocks = 0..<3 }),
        ("down and up", { $0.up.insert($0.down.removeLast(), at: 0) }),
        ("up step", { $0.up = [try PlanFixtures.section(0..<2, step: 0x1p-11, shift: 3, bits: 9, bound: 200)] }),
        ("up shift", { $0.up = [try PlanFixtures.section(0..<2, step: 0x1p-10, shift: 2, bits: 9, bound: 200)] }),
        ("up bound", { $0.up = [try PlanFixtures.section(0..<2, step: 0x1p-10, shift: 3, bits: 9, bound: 199)] }),
        ("up width", { $0.up = [try PlanFixtures.section(0..<2, step: 0x1p-10, shift: 3, bits: 10, bound: 200)] }),
        ("deadline", { $0.deadlineMilliseconds += 1 }),
        ("returnedFields", { $0.returnedFields.remove(.trainingLoss) }),
        ("requiredCapabilities", { $0.requiredCapabilities.insert(.exactTrainer) }),
    ]

    @Test func theDigestDependsOnEveryField() throws {
        var digests: Set<SHA256Digest> = [try PlanFixtures.golden().digest]
        for (field, change) in Self.changes {
            var plan = try PlanFixtures.golden()
            try change(&plan)
            #expect(digests.insert(plan.digest).inserted, "\(field)")
        }
    }
}
