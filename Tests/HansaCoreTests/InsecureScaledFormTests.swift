import HansaCore
import HansaNumerics
import HansaQuantization
import Testing

/// AQ-DP's paper mode on the plan and on the wire.
@Suite("The insecure form") struct InsecureScaledFormTests {
    static func form(
        wave: Double = 1,
        importance: ClientImportance? = .standard,
        _ change: (inout InsecureScaledForm) -> Void = { _ in }
    ) throws -> InsecureScaledForm {
        var form = InsecureScaledForm(
            widthMin: try BitWidth(2),
            widthMax: try BitWidth(32),
            wave: wave,
            importance: importance,
            sampleCountMax: 500,
            gradientBound: 100,
            nominalEpsilon: 10_000,
            releaseCount: 20,
            smoothness: nil,
            magnitudeMax: 64
        )
        change(&form)
        return form
    }

    static func plan(_ form: InsecureScaledForm) throws -> RoundPlan {
        var plan = try PlanFixtures.plan(weighting: .samples(cap: 100))
        plan.work.momentum = 0
        plan.work.weightDecay = 0
        plan.algorithm = .insecureScaled(form)
        plan.requiredCapabilities = [.gradients, .insecureForms]
        return plan
    }

    static func values(_ count: Int) -> [Float] {
        var stream = RandomStream(seed: 9, purpose: .rounding)
        return (0..<count).map { _ in 2 * stream.nextFloat() - 1 }
    }

    @Test("widths follow wave and importance, half to even")
    func widths() throws {
        let form = try Self.form(wave: 0.5)
        #expect(form.width(importance: 1).bits == 17)
        #expect(form.width(importance: 0).bits == 2)
        // 2 + 30 · 0.5 · 0.5 = 9.5.
        #expect(form.width(importance: 0.5).bits == 10)
        #expect(form.width(importance: .nan).bits == 17 && form.width(importance: 7).bits == 17)
        #expect(form.widths == 2...17)
    }

    /// 1.85 and 0.0037 are the paper's MNIST run: C = 100, η = 0.1, E = 5, |D| = 54, tl = 20, ε = 10⁴, λ → 0.
    @Test("the noise has the scale of the code's formulas")
    func noiseScale() throws {
        let form = try Self.form()
        let still = form.noiseScale(smoothness: 0, exampleCount: 54, epochs: 5, rate: 0.1)
        #expect(abs(still - 1.851852 * 20 / 10_000) < 1e-8)
        // λη = 0.1: 200/54 · (1.1⁵ − 1), as E₀ = ln 55/ln 1.1 = 42.
        let smooth = form.noiseScale(smoothness: 1, exampleCount: 54, epochs: 5, rate: 0.1)
        #expect(abs(smooth - 200.0 / 54 * 0.61051 * 20 / 10_000) < 1e-8)
        // λη = 9: E₀ = ln 55/ln 10 = 1.740363, so 200 + 20 · (5 − E₀).
        let rough = form.noiseScale(smoothness: 90, exampleCount: 54, epochs: 5, rate: 0.1)
        #expect(abs(rough - (200 + 20 * (5 - 1.7403627)) * 20 / 10_000) < 1e-6)
        #expect(form.honestEpsilon(exampleCount: 54, epochs: 5, batchSize: 64) == 10_000 * 5 * 54)
        #expect(form.honestEpsilon(exampleCount: 100, epochs: 5, batchSize: 64) == 10_000 * 5 * 200)
    }

    @Test("plans with it are written in format 3 and read back")
    func planBytes() throws {
        for form in [
            try Self.form(), try Self.form(importance: nil) { $0.smoothness = 0.5 },
            try Self.form {
                $0.quantizer = .symmetric
                $0.granularity = .row
            },
        ] {
            let plan = try Self.plan(form)
            #expect(plan.formatVersion == 3)
            #expect(try RoundPlan(canonicalBytes: plan.canonicalBytes) == plan)
            try plan.validate(schema: PlanFixtures.schema(), cohortMax: 10)
        }
    }

    @Test("plans with it claim nothing, and need the capability")
    func claims() throws {
        let schema = try PlanFixtures.schema()
        var clipped = try Self.plan(Self.form())
        clipped.clip = .l1(bound: 1)
        #expect(throws: PlanError.self) { try clipped.validate(schema: schema, cohortMax: 1) }
        var unsaid = try Self.plan(Self.form())
        unsaid.requiredCapabilities = [.gradients]
        #expect(throws: PlanError.unknownCapability) { try unsaid.validate(schema: schema, cohortMax: 1) }
        for bad in [
            try Self.form(wave: 1.5), try Self.form { $0.gradientBound = .nan },
            try Self.form { $0.quantizer = .affine },
            try Self.form { $0.gradientBound = 0 }, try Self.form { $0.magnitudeMax = .infinity },
        ] {
            #expect(throws: PlanError.invalidWork) { try Self.plan(bad).validate(schema: schema, cohortMax: 1) }
        }
    }

    @Test("payloads of every width are read back, and have lengths of their own", arguments: 2...32)
    func roundTrip(bits: Int) throws {
        let schema = try PlanFixtures.schema()
        let form = try Self.form { $0.granularity = .row }
        let plan = try Self.plan(form)
        // 60 rows of weights, one of biases, one of outputs; the local block stays.
        let groups = InsecureScaledPayload.groupCounts(of: plan.up, schema: schema, granularity: .row)
        #expect(groups == [Int](repeating: 10, count: 60) + [5, 16])
        let values = Self.values(621)
        var words = RandomStream(seed: 1, purpose: .rounding)
        let width = try BitWidth(bits)
        let payload = try InsecureScaledPayload(values, groupCounts: groups, form: form, width: width, words: &words)
        let bytes = payload.bytes
        #expect(bytes.count == 2 + 4 * 62 + PackedLayout.byteCount(count: 621, width: width))
        #expect(plan.updateByteCounts(schema: schema, expertLoads: []).contains(bytes.count))
        let read = try InsecureScaledPayload(bytes, form: form, sections: plan.up, schema: schema)
        #expect(read == payload)
        let step = 1 / Double(width.magnitudeMax) + 0x1p-20
        for (before, after) in zip(values, try read.values(groupCounts: groups)) {
            #expect(abs(Double(before) - Double(after)) <= step)
        }
        #expect(UpdatePipeline.isOnLattice(bytes, plan: plan, schema: schema))
    }

    @Test("malformed payloads are refused by name, and none traps")
    func malformed() throws {
        let schema = try PlanFixtures.schema()
        let form = try Self.form(wave: 0.5)
        let plan = try Self.plan(form)
        let groups = InsecureScaledPayload.groupCounts(of: plan.up, schema: schema, granularity: .outputChannel)
        var words = RandomStream(seed: 1, purpose: .rounding)
        let good = try InsecureScaledPayload(
            Self.values(621),
            groupCounts: groups,
            form: form,
            width: BitWidth(7),
            words: &words
        ).bytes
        func error(_ change: (inout [UInt8]) -> Void) -> InsecurePayloadError? {
            var bytes = good
            change(&bytes)
            do throws(InsecurePayloadError) {
                _ = try InsecureScaledPayload(bytes, form: form, sections: plan.up, schema: schema)
                return nil
            } catch {
                return error
            }
        }
        #expect(error { _ in } == nil)
        #expect(error { $0 = [] } == .wrongByteCount(got: 0, expected: 2))
        #expect(error { $0[0] = 2 } == .unknownForm(got: 2))
        for bits: UInt8 in [0, 1, 18, 32, 33, 255] {
            #expect(error { $0[1] = bits } == .widthNotAllowed(got: Int(bits), allowed: 2...17))
        }
        #expect(error { $0[1] = 8 } == .wrongByteCount(got: good.count, expected: 635))
        #expect(error { $0.removeLast() } == .wrongByteCount(got: good.count - 1, expected: good.count))
        for scale in [Float.nan, .infinity, 0, -1, 1e-9] {
            let pattern = scale.bitPattern
            let found = error { bytes in
                for byte in 0..<4 { bytes[6 + byte] = UInt8(truncatingIfNeeded: pattern >> UInt32(8 * byte)) }
            }
            #expect(found == .invalidScale(group: 1))
        }
        // Seven bits hold −64, which ±63 does not.
        #expect(error { $0.replaceSubrange(14..<22, with: [0x40, 0x20, 0x10, 8, 4, 2, 0x81, 0x40]) } != nil)
        #expect(error { $0[good.count - 1] |= 0x80 } != nil)
        var stream = RandomStream(seed: 4, purpose: .faults)
        for _ in 0..<2000 {
            _ = error { bytes in
                for _ in 0..<4 { bytes[Int(stream.next(below: UInt64(bytes.count)))] = UInt8(stream.next32() & 0xFF) }
            }
        }
    }

    @Test("numbers beyond the form's bound are refused by the coordinator")
    func tooLarge() throws {
        let schema = try PlanFixtures.schema()
        let form = try Self.form { $0.magnitudeMax = 0.5 }
        let plan = try Self.plan(form)
        let groups = InsecureScaledPayload.groupCounts(of: plan.up, schema: schema, granularity: .outputChannel)
        var words = RandomStream(seed: 1, purpose: .rounding)
        for (largest, isGood) in [(Float(0.5), true), (0.6, false)] {
            let values = Self.values(621).map { $0 * largest } + []
            var edged = values
            edged[0] = largest
            let bytes = try InsecureScaledPayload(
                edged,
                groupCounts: groups,
                form: form,
                width: BitWidth(8),
                words: &words
            ).bytes
            #expect(UpdatePipeline.isOnLattice(bytes, plan: plan, schema: schema) == isGood)
        }
    }
}
