import HansaCore
import HansaNumerics
import HansaQuantization

extension PackedUpdates {
    /// The exact inner products of all pairs of updates over some parameters, in one pass over the packed integers.
    ///
    /// Integers of b bits and d parameters give products of at most 2(b − 1) + log₂ d bits: more than 63 above about 21
    /// bits at 10⁶ parameters, so totals have 128 bits, and a block's share 64 where that is enough.
    ///
    /// - Parameter ranges: Ascending and apart; nil for all parameters of an update.
    /// - Returns: Rows in the order of ``updates``. Refuses plans whose products could pass 127 bits.
    public func gramMatrix(over ranges: [Range<Int>]? = nil) throws(AggregationError) -> GramMatrix {
        try checkProductBound()
        var products = UnitProducts(self, size: count * (count + 1) / 2)
        forEachBlock(in: ranges) { block in
            for i in 0..<count {
                for j in 0...i { products.add(block, i, j, at: GramMatrix.index(i, j)) }
            }
        }
        return GramMatrix(
            count: count,
            divisors: [Int](repeating: 1, count: count),
            squares: products.squares,
            products: products.values
        )
    }

    /// ‖Δ_k‖² of every update over some parameters, as exact as ``gramMatrix(over:)``, of which it is the diagonal.
    public func squaredNorms(over ranges: [Range<Int>]? = nil) throws(AggregationError) -> [Double] {
        try checkProductBound()
        var products = UnitProducts(self, size: count)
        forEachBlock(in: ranges) { block in
            for update in 0..<count { products.add(block, update, update, at: update) }
        }
        return (0..<count).map { update in
            zip(products.squares, products.values).reduce(0) { $0 + $1.0 * Double($1.1[update]) }
        }
    }

    /// Exact products, one sum for each unit.
    private struct UnitProducts {
        /// Each unit's square, in the order in which the units first appear.
        let squares: [Double]
        /// The sums of each unit.
        var values: [[Int128]]
        /// The unit of each section.
        private let slots: [Int]
        /// The largest integer of each update in each section.
        private let bounds: [[Int64]]

        init(_ updates: PackedUpdates, size: Int) {
            var distinct: [Double] = []
            slots = updates.units.map { unit in
                if let known = distinct.firstIndex(of: unit) { return known }
                distinct.append(unit)
                return distinct.count - 1
            }
            squares = distinct.map { $0 * $0 }
            values = distinct.map { _ in [Int128](repeating: 0, count: size) }
            bounds = updates.layout.sections.indices.map { section in
                updates.updates.map { updates.layout.pieces[$0.role]?[section].lattice.bound ?? 0 }
            }
        }

        mutating func add(_ block: PackedBlock, _ i: Int, _ j: Int, at place: Int) {
            let bound = bounds[block.section]
            let product = PackedUpdates.product(block.row(i), block.row(j), bounds: (bound[i], bound[j]))
            values[slots[block.section]][place] += product << Int128(block.shifts[i] + block.shifts[j])
        }
    }

    /// Σ q·p of two stretches, exact; |q| and |p| are at most the bounds.
    private static func product(
        _ q: UnsafeBufferPointer<Int32>,
        _ p: UnsafeBufferPointer<Int32>,
        bounds: (Int64, Int64)
    ) -> Int128 {
        // Bounds are below 2^31, so a single product is below 2^62.
        let isNarrow = !(bounds.0 * bounds.1).multipliedReportingOverflow(by: Int64(q.count)).overflow
        guard isNarrow else {
            var sum: Int128 = 0
            for index in q.indices { sum += Int128(Int64(q[index]) * Int64(p[index])) }
            return sum
        }
        // Four sums, so that one addition need not wait for the last; in integers the order changes nothing.
        var (a, b, c, d): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
        var index = 0
        while index + 4 <= q.count {
            a &+= Int64(q[index]) &* Int64(p[index])
            b &+= Int64(q[index + 1]) &* Int64(p[index + 1])
            c &+= Int64(q[index + 2]) &* Int64(p[index + 2])
            d &+= Int64(q[index + 3]) &* Int64(p[index + 3])
            index += 4
        }
        while index < q.count {
            a &+= Int64(q[index]) &* Int64(p[index])
            index += 1
        }
        return Int128(a &+ b &+ c &+ d)
    }

    /// Products of mixtures, times the squares of two divisors, must fit 127 bits: each of them adds up and is
    /// multiplied by at most the cohort, twice.
    private func checkProductBound() throws(AggregationError) {
        let bits = magnitudeBits
        let parameterBits = Int.bitWidth - shape.schema.count.leadingZeroBitCount
        let cohortBits = Int.bitWidth - count.leadingZeroBitCount
        // Two bits more for the sum of three terms of a squared distance, one of them doubled.
        guard 2 * bits + parameterBits + 4 * cohortBits + 2 <= Int128.bitWidth - 1 else {
            throw .configuration(
                .invalidValue(
                    key: "widths",
                    got: "integers of \(bits) bits from \(count) clients",
                    expected: "fewer bits or a smaller cohort: exact inner products must fit 127 bits"
                )
            )
        }
    }

    /// The bits of the largest integer that an update may hold, in the units of its section.
    var magnitudeBits: Int {
        var bits = 0
        for (section, shift) in shifts.enumerated() {
            for pieces in layout.pieces.values {
                let piece = pieces[section]
                let magnitude = UInt64(piece.lattice.bound) << UInt64(piece.lattice.shift - shift)
                bits = max(bits, UInt64.bitWidth - magnitude.leadingZeroBitCount)
            }
        }
        return bits
    }
}
