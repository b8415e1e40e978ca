import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting
import Testing

@Suite("The mean aggregator")
struct MeanAggregatorTests {
    private func fold(_ updates: [VerifiedUpdate], _ shape: AggregationShape) throws -> MeanAggregator {
        var aggregator = try MeanAggregator(shape: shape)
        for update in updates { try aggregator.accumulate(update) }
        return aggregator
    }

    @Test("keeps every law of an aggregator", arguments: [1, 2, 3] as [UInt64])
    func keepsTheLaws(seed: UInt64) throws {
        let plan = try Fixtures.mixedPlan()
        let shape = try Fixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: seed).verifiedUpdates(9)
        #expect(checkAggregator(updates: updates, shape: shape) { try MeanAggregator(shape: $0) } == [])
    }

    @Test("keeps the laws with a constant denominator and uniform weights")
    func keepsTheLawsWithAConstant() throws {
        let plan = try Fixtures.mixedPlan(weighting: .samplesOnClient(cap: 50))
        let shape = try Fixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 4).verifiedUpdates(5)
        let found = checkAggregator(updates: updates, shape: shape) {
            try MeanAggregator(shape: $0, denominator: .constant(2.5))
        }
        #expect(found == [])
    }

    @Test("equals plain loops over 128-bit integers to the bit, for every width", arguments: 2...32)
    func equalsTheNaiveMean(bits: Int) throws {
        // 31 bits of magnitude, 20 of weight and 4 of cohort.
        let plan = Fixtures.plan(
            weighting: .samples(cap: 1 << 20),
            up: [
                try Fixtures.section(0..<2, step: 0.1 / Double(bits), bits: bits),
                try Fixtures.section(2..<3, step: 1e-5, bits: bits), try Fixtures.section(4..<5, step: 3, bits: bits),
            ]
        )
        let shape = try Fixtures.shape(plan)
        for denominator in [MeanDenominator.realisedWeight, .constant(1234.5)] {
            var fast = try MeanAggregator(shape: shape, denominator: denominator)
            var naive = NaiveMean(shape: shape, denominator: denominator)
            for update in UpdateFactory(schema: shape.schema, plan: plan, seed: UInt64(bits)).verifiedUpdates(12) {
                try fast.accumulate(update)
                naive.accumulate(update)
            }
            let (got, expected) = (try fast.report(), naive.report())
            #expect(got.deltaBits == expected.deltaBits)
            #expect(got.totalWeight == expected.totalWeight && got.updateCount == 12)
            #expect(got.delta[545..<552].allSatisfy { $0.bitPattern == 0 }, "local blocks stay where they are")
            #expect(got.delta.contains { $0 != 0 })
        }
    }

    @Test("is the exact rational mean, rounded", arguments: [10, 11, 12] as [UInt64])
    func isTheRationalMean(seed: UInt64) throws {
        // With a step of 2^-10 the mean is sum / (1024 · weight); sums are below 2^19 and weights below 2^14.
        let plan = Fixtures.plan(
            up: [
                try Fixtures.section(0..<3, step: 0x1p-10, bits: 6),
                try Fixtures.section(4..<5, step: 0x1p-10, bits: 6),
            ]
        )
        let shape = try Fixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: seed).verifiedUpdates(12)
        var naive = NaiveMean(shape: shape)
        for update in updates { naive.accumulate(update) }
        let report = try fold(updates, shape).report()
        for (sum, got) in zip(naive.sums, report.delta) {
            // The quotient and the product are each off by at most 2^-53, the Float by 2^-24 of its size:
            // |got · 1024 · weight − sum| ≤ (2^-24 + 2^-51) · |sum|. Both sides times 2^50 are integers, for
            // |got| ≥ 2^-24 has no bit below 2^-47.
            let scaled = Int128(got.significandBits) * Int128(1024 * report.totalWeight)
            let exact = sum.magnitude << 50
            let product = scaled.magnitude << (got.exponentShift + 50)
            let off = product > exact ? product - exact : exact - product
            #expect(off <= (exact >> 24) + (exact >> 51), "sum \(sum), got \(got)")
            #expect((got < 0) == (sum < 0))
        }
        #expect(naive.sums.contains { $0 != 0 })
    }

    @Test("rounds in the promised order, where every other order gives other bits")
    func roundsInTheFixedOrder() throws {
        // One client of weight W sends odd integers q with 3 q just below 2^25 on a lattice of step 3: the true mean 3 q
        // lies half-way between two Floats, so the last bit of the Double product decides.
        let plan = Fixtures.plan(
            weighting: .samples(cap: 1000),
            up: [try Fixtures.section(0..<3, step: 3, bits: 25), try Fixtures.section(4..<5, step: 3, bits: 25)]
        )
        let shape = try Fixtures.shape(plan)
        let qs = (0..<545).map { Int64(11_183_701 + 2 * $0) }
        var update = UpdateFactory(schema: shape.schema, plan: plan, seed: 1).verifiedUpdate(of: 0)
        for (index, q) in qs.enumerated() {
            NaivePacking.write(q, to: &update.payload, at: index, count: qs.count, bits: 25)
        }
        var (sumFirst, reciprocal) = (0, 0)
        for weight in 2...1000 as ClosedRange<Int64> {
            update.weight = weight
            let got = try fold([update], shape).report().delta
            for (index, q) in qs.enumerated() {
                let (sum, divisor) = (Double(q * weight), Double(weight))
                #expect(got[index] == Float(sum * (3 / divisor)))
                if got[index] != Float(sum * 3 / divisor) { sumFirst += 1 }
                if got[index] != Float(sum * (3 * (1 / divisor))) { reciprocal += 1 }
            }
        }
        #expect(sumFirst > 0 && reciprocal > 0)
    }

    @Test("adds nested lattices of two roles exactly in units of the finest")
    func addsNestedLattices() throws {
        func plan(_ role: ClientRole, shift: Int, bits: Int) throws -> RoundPlan {
            Fixtures.plan(
                role: role,
                up: [
                    try Fixtures.section(0..<3, step: 0x1p-20, shift: shift, bits: bits),
                    try Fixtures.section(4..<5, step: 0x1p-12, bits: bits),
                ]
            )
        }
        let fine = try plan(.trainer, shift: 0, bits: 16)
        let coarse = try plan(.miner, shift: 11, bits: 5)
        let shape = try Fixtures.shape(fine, coarse)
        let schema = try Fixtures.schema()
        let updates =
            UpdateFactory(schema: schema, plan: fine, seed: 1).verifiedUpdates(4)
            + (4..<9).map { UpdateFactory(schema: schema, plan: coarse, seed: 2).verifiedUpdate(of: $0) }
        #expect(checkAggregator(updates: updates, shape: shape) { try MeanAggregator(shape: $0) } == [])
        var naive = NaiveMean(shape: shape)
        for update in updates { naive.accumulate(update) }
        #expect(try fold(updates, shape).report().deltaBits == naive.report().deltaBits)
        // One coarse unit is 2^11 fine ones.
        #expect(naive.sums.contains { $0 % 2048 != 0 })
    }

    @Test("refuses roles whose sections or finest steps differ")
    func refusesPlansThatDoNotAdd() throws {
        let trainer = try Fixtures.mixedPlan()
        var miner = trainer
        miner.role = .miner
        miner.up[0] = try Fixtures.section(0..<1, step: 0x1p-11, bits: 5)
        let other = try Fixtures.shape(trainer, miner)
        #expect(throws: AggregationError.shapeMismatch) { try MeanAggregator(shape: other) }
        miner.up = [try Fixtures.section(0..<3, step: 0x1p-10, bits: 5), trainer.up[2]]
        let regrouped = try Fixtures.shape(trainer, miner)
        #expect(throws: AggregationError.shapeMismatch) { try MeanAggregator(shape: regrouped) }
    }

    @Test("says what is wrong with an update")
    func namesTheFault() throws {
        let plan = try Fixtures.mixedPlan()
        let shape = try Fixtures.shape(plan, cohortMax: 2)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 5).verifiedUpdates(3)
        var aggregator = try MeanAggregator(shape: shape)
        func refusal(_ update: VerifiedUpdate) -> AggregationError? {
            do throws(AggregationError) { try aggregator.accumulate(update) } catch { return error }
            return nil
        }
        var bad = updates[0]
        bad.weight = 1001
        #expect(refusal(bad) == .invalidWeight(got: 1001, max: 1000))
        bad.weight = 0
        #expect(refusal(bad) == .invalidWeight(got: 0, max: 1000))
        bad = updates[0]
        bad.payload.removeLast()
        #expect(refusal(bad) == .wrongByteCount(got: updates[0].payload.count - 1, expected: updates[0].payload.count))
        bad = updates[0]
        bad.role = .anchor
        #expect(refusal(bad) == .unexpectedRole)
        bad = updates[0]
        bad.payload[bad.payload.count - 1] |= 0x80
        #expect(refusal(bad) == .outsideLattice)
        #expect(refusal(updates[0]) == nil)
        #expect(refusal(updates[0]) == .duplicate)
        #expect(refusal(updates[1]) == nil)
        #expect(refusal(updates[2]) == .cohortFull(max: 2))
    }

    @Test("weights up to the cap count in full")
    func countsWeights() throws {
        let plan = try Fixtures.mixedPlan(weighting: .samples(cap: 3))
        let shape = try Fixtures.shape(plan)
        var updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 6).verifiedUpdates(2)
        updates[0].weight = 1
        updates[1].weight = 3
        let thrice = (0..<3 as Range<UInt32>).map { copy in
            var update = updates[1]
            update.weight = 1
            update.assignment = AssignmentID(round: 3, attempt: 0, client: ClientID(10 + copy), fence: 0)
            return update
        }
        let weighted = try fold(updates, shape).report()
        #expect(weighted.totalWeight == 4 && weighted.updateCount == 2)
        #expect(weighted.deltaBits == (try fold([updates[0]] + thrice, shape).report().deltaBits))
        updates[1].weight = 4
        #expect(throws: AggregationError.invalidWeight(got: 4, max: 3)) { try fold(updates, shape) }
    }

    @Test("parts of another round or denominator do not merge")
    func refusesForeignParts() throws {
        let plan = try Fixtures.mixedPlan()
        var later = plan
        later.round += 1
        let update = UpdateFactory(schema: try Fixtures.schema(), plan: plan, seed: 7).verifiedUpdate(of: 0)
        var mine = try fold([update], Fixtures.shape(plan))
        let expected = try mine.report().deltaBits
        for foreign in [
            try MeanAggregator(shape: Fixtures.shape(later)),
            try MeanAggregator(shape: Fixtures.shape(plan, cohortMax: 11)),
            try MeanAggregator(shape: Fixtures.shape(plan), denominator: .constant(2)),
        ] {
            #expect(throws: AggregationError.shapeMismatch) { try mine.merge(foreign) }
        }
        #expect(try mine.report().deltaBits == expected)
    }

    @Test("a plan whose sum could overflow is refused before anything is added")
    func refusesOverflow() throws {
        // 2^31 · 2^20 · 2^11 is 2^62: one bit too many.
        let plan = Fixtures.plan(
            weighting: .samples(cap: 1 << 20),
            up: [try Fixtures.section(0..<3, step: 1, bits: 32), try Fixtures.section(4..<5, step: 1, bits: 8)]
        )
        #expect(throws: Never.self) { try Fixtures.shape(plan, cohortMax: 1 << 11) }
        #expect(throws: PlanError.self) { try Fixtures.shape(plan, cohortMax: (1 << 11) + 1) }
        // A nested lattice counts with its shift: 4 bits at shift 28 are as large as 32 bits.
        let nested = Fixtures.plan(
            weighting: .samples(cap: 1 << 20),
            up: [
                try Fixtures.section(0..<3, step: 1, shift: 28, bits: 4), try Fixtures.section(4..<5, step: 1, bits: 8),
            ]
        )
        #expect(throws: PlanError.self) { try Fixtures.shape(nested, cohortMax: 1 << 12) }
    }

    @Test("sums at the edge of the overflow bound are exact")
    func isExactAtTheEdge() throws {
        let plan = Fixtures.plan(
            weighting: .samples(cap: .max),
            up: [try Fixtures.section(0..<3, step: 1, bits: 31), try Fixtures.section(4..<5, step: 1, bits: 31)]
        )
        // (2^30 − 1) · (2^32 − 1) is just below 2^62.
        let shape = try Fixtures.shape(plan, cohortMax: 1)
        var update = UpdateFactory(schema: shape.schema, plan: plan, seed: 8).verifiedUpdate(of: 0)
        update.weight = Int64(UInt32.max)
        var naive = NaiveMean(shape: shape)
        naive.accumulate(update)
        #expect(naive.sums.contains { $0.magnitude == ((1 << 30) - 1) * ((1 << 32) - 1) })
        #expect(try fold([update], shape).report().deltaBits == naive.report().deltaBits)
    }

    @Test("a denominator that is not above zero is refused", arguments: [0, -1, .nan, .infinity] as [Double])
    func refusesDenominators(value: Double) throws {
        let shape = try Fixtures.shape(Fixtures.mixedPlan())
        #expect(throws: AggregationError.self) { try MeanAggregator(shape: shape, denominator: .constant(value)) }
    }
}

extension Float {
    /// The integer s of |self| = s · 2^exponentShift.
    fileprivate var significandBits: UInt32 {
        isNormal ? 1 << 23 | significandBitPattern : significandBitPattern
    }

    fileprivate var exponentShift: Int { Int(max(exponentBitPattern, 1)) - 150 }
}
