import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting
import Testing

@Suite("Packed updates")
struct PackedUpdatesTests {
    private func fold(_ updates: [VerifiedUpdate], _ shape: AggregationShape) throws -> PackedUpdates {
        var packed = try PackedUpdates(shape: shape)
        for update in updates { try packed.insert(update) }
        return packed
    }

    /// Two roles whose lattices are nested in different shifts, and a section of another step.
    private func nestedShape() throws -> AggregationShape {
        let miner = Fixtures.plan(
            role: .miner,
            up: [
                try Fixtures.section(0..<1, step: 0x1p-10, shift: 4, bits: 5),
                try Fixtures.section(1..<3, step: 0.3, shift: 1, bits: 8, bound: 100),
                try Fixtures.section(4..<5, step: 0x1p-10, bits: 13),
            ]
        )
        let anchor = Fixtures.plan(
            role: .anchor,
            up: [
                try Fixtures.section(0..<1, step: 0x1p-10, shift: 1, bits: 8),
                try Fixtures.section(1..<3, step: 0.3, shift: 1, bits: 8),
                try Fixtures.section(4..<5, step: 0x1p-10, shift: 5, bits: 32),
            ]
        )
        return try Fixtures.shape(miner, anchor)
    }

    private func nestedUpdates(_ shape: AggregationShape, seed: UInt64) throws -> [VerifiedUpdate] {
        let anchor = UpdateFactory(schema: shape.schema, plan: try #require(shape.plans[.anchor]), seed: seed)
        let miner = UpdateFactory(schema: shape.schema, plan: try #require(shape.plans[.miner]), seed: seed)
        return (0..<6 as Range<UInt32>).map {
            $0 % 2 == 0 ? anchor.verifiedUpdate(of: $0) : miner.verifiedUpdate(of: $0)
        }
    }

    @Test("unpacks every integer once, for every width", arguments: 2...32)
    func unpacks(bits: Int) throws {
        let plan = Fixtures.plan(
            up: [
                try Fixtures.section(0..<2, step: 1, bits: bits), try Fixtures.section(2..<3, step: 2, bits: bits),
                try Fixtures.section(4..<5, step: 3, bits: bits),
            ]
        )
        let shape = try Fixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: UInt64(bits)).verifiedUpdates(5)
        let packed = try fold(updates.reversed(), shape)
        let naive = NaiveUpdates(shape: shape, updates: updates)
        for ranges in [nil, [3..<4, 100..<531, 540..<553], [0..<0, 552..<553], [511..<513]] as [[Range<Int>]?] {
            var seen: [Int] = []
            packed.forEachBlock(in: ranges) { block in
                seen += block.parameters
                for update in 0..<5 {
                    for (index, parameter) in block.parameters.enumerated() {
                        #expect(Double(block[update, index]) * block.unit == naive.values[update][parameter])
                        #expect(
                            Double(block.row(update)[index]) * block.step(of: update) == naive.values[update][parameter]
                        )
                    }
                }
            }
            let all = (ranges ?? [0..<553]).flatMap { Array($0) }.filter { !(545..<552).contains($0) }
            #expect(seen == all)
        }
    }

    @Test("looks the same whatever the order and the grouping")
    func isOrderFree() throws {
        let plan = try Fixtures.mixedPlan()
        let shape = try Fixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 1).verifiedUpdates(9)
        let expected = updates.map(\.assignment)
        for seed in 0..<20 as Range<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .network)
            var order = updates
            stream.shuffle(&order)
            #expect(try fold(order, shape).updates.map(\.assignment) == expected)
            let cut = Int(stream.next(below: 10))
            var left = try fold(Array(order[..<cut]), shape)
            try left.merge(try fold(Array(order[cut...]), shape))
            #expect(left.updates.map(\.assignment) == expected)
            #expect(left.updates.map(\.payload) == updates.map(\.payload))
        }
    }

    @Test(
        "exact products equal plain 128-bit loops over nested lattices of two roles",
        arguments: 0..<8 as Range<UInt64>
    )
    func productsAreExact(seed: UInt64) throws {
        let shape = try nestedShape()
        let updates = try nestedUpdates(shape, seed: seed)
        let packed = try fold(updates, shape)
        let naive = NaiveUpdates(shape: shape, updates: updates)
        // Steps are 2^-9 twice and 0.6 here, in units that all roles share.
        #expect(packed.units == [0x1p-9, 0.6, 0x1p-10])
        // Ranges of one unit give the exact product's bits; over several units the terms may be added in another order.
        for (ranges, slack) in [(nil, 0x1p-50), ([100..<200, 300..<400], 0), ([552..<553], 0)]
            as [([Range<Int>]?, Double)]
        {
            let gram = try packed.gramMatrix(over: ranges)
            let parameters = (ranges ?? [0..<553]).flatMap { Array($0) }
            for i in updates.indices {
                for j in updates.indices {
                    let scale = slack * (gram[i, i] + gram[j, j])
                    #expect(abs(gram[i, j] - naive.product(i, j, over: parameters)) <= scale)
                    let distance = naive.squaredDistance(i, j, over: parameters)
                    #expect(abs(gram.squaredDistance(i, j) - distance) <= scale)
                }
            }
        }
    }

    @Test("products at the edge of 32 bits do not overflow")
    func productsAtTheEdge() throws {
        let plan = Fixtures.plan(
            weighting: .uniform,
            up: [try Fixtures.section(0..<3, step: 1, bits: 32), try Fixtures.section(4..<5, step: 1, bits: 32)]
        )
        let shape = try Fixtures.shape(plan, cohortMax: 3)
        var updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 8).verifiedUpdates(2)
        let bound = Int64(Int32.max)
        for index in 0..<545 {
            NaivePacking.write(bound, to: &updates[0].payload, at: index, count: 545, bits: 32)
            NaivePacking.write(-bound, to: &updates[1].payload, at: index, count: 545, bits: 32)
        }
        let gram = try fold(updates, shape).gramMatrix(over: [0..<545])
        let exact = Int128(545) * Int128(bound) * Int128(bound)
        #expect(gram[0, 0] == Double(exact) && gram[0, 1] == -Double(exact))
        #expect(gram.squaredDistance(0, 1) == Double(4 * exact))
    }

    @Test("products of mixtures are exact")
    func mixesExactly() throws {
        let shape = try nestedShape()
        let updates = try nestedUpdates(shape, seed: 3)
        let naive = NaiveUpdates(shape: shape, updates: updates)
        let members = [[0, 1, 2], [3], [2, 5], [5, 4, 3]]
        let mixed = try fold(updates, shape).gramMatrix().mixed(members)
        let rows = naive.mixed(members)
        for i in members.indices {
            #expect(mixed.squaredDistance(i, i) == 0)
            for j in members.indices {
                let product = zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(mixed[i, j] - product) <= 1e-12 * (mixed[i, i] + mixed[j, j]))
                let distance = zip(rows[i], rows[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                #expect(abs(mixed.squaredDistance(i, j) - distance) <= 1e-12 * (mixed[i, i] + mixed[j, j]))
            }
        }
    }

    @Test("combinations, products with a vector and means equal plain loops")
    func combines() throws {
        let shape = try nestedShape()
        let updates = try nestedUpdates(shape, seed: 4)
        let packed = try fold(updates, shape)
        let naive = NaiveUpdates(shape: shape, updates: updates)
        let coefficients = [0.5, -1, 0, 2.25, 0.1, 1]
        let expected = naive.combination(coefficients)
        for (got, wanted) in zip(packed.combination(coefficients), expected) {
            #expect(abs(Double(got) - wanted) <= 1e-6 * abs(wanted) + 1e-9)
        }
        let vector = (0..<553).map { Float($0 % 7) - 3 }
        for (got, row) in zip(packed.innerProducts(with: vector), naive.values) {
            let wanted = zip(row, vector).reduce(0) { $0 + $1.0 * Double($1.1) }
            #expect(abs(got - wanted) <= 1e-9 * abs(wanted))
        }
        var mean = try MeanAggregator(shape: shape)
        for update in updates where update.role == .miner {
            var light = update
            light.weight = 1
            try mean.accumulate(light)
        }
        #expect(try packed.mean(weights: [0, 1, 0, 1, 0, 1], divisor: 3) == mean.report().delta)
        #expect(throws: AggregationError.empty) { try packed.mean(weights: [0, 0, 0, 0, 0, 0], divisor: 1) }
    }

    @Test("inner products that 127 bits might not hold are refused")
    func refusesWideProducts() throws {
        let fine = Fixtures.plan(
            role: .miner,
            weighting: .uniform,
            up: [try Fixtures.section(0..<3, step: 1, bits: 31), try Fixtures.section(4..<5, step: 1, bits: 31)]
        )
        let coarse = Fixtures.plan(
            role: .anchor,
            weighting: .uniform,
            up: [
                try Fixtures.section(0..<3, step: 1, shift: 28, bits: 31),
                try Fixtures.section(4..<5, step: 1, bits: 31),
            ]
        )
        let shape = try Fixtures.shape(fine, coarse, cohortMax: 3)
        let packed = try fold([UpdateFactory(schema: shape.schema, plan: fine, seed: 1).verifiedUpdate(of: 0)], shape)
        #expect(throws: AggregationError.self) { try packed.gramMatrix() }
    }
}
