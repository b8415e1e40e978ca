import HansaNumerics
import HansaQuantization

/// The rows that a robust rule looks at: a round's updates, or means of some of them each (see ``PreAggregation``).
///
/// A row is an exact integer vector over its divisor: row r is Σ over its members of q, times L over their number, in
/// units of step/L, where L is the least common multiple of the rows' sizes. So rows are compared as integers, and what
/// selects or trims them rounds once, at the end.
public struct MixedUpdates: Sendable {
    let updates: PackedUpdates
    /// The updates of each row, by their numbers, ascending.
    let members: [[Int]]
    /// The exact inner products of the updates, where they were needed already.
    private let updateGram: GramMatrix?
    /// L.
    let scale: Int64
    /// L over each row's size.
    private let factors: [Int64]
    /// The updates that are not in a row, for rows that hold more than half of them.
    private let excluded: [Int: [Int]]

    /// Refuses mixtures whose integers could pass 62 bits.
    init(_ updates: PackedUpdates, pre: PreAggregation) throws(AggregationError) {
        self.updates = updates
        if case .nearestNeighbourMixing = pre { updateGram = try updates.gramMatrix() } else { updateGram = nil }
        members = pre.members(of: updates, gram: updateGram)
        let scale = members.reduce(Int64(1)) { Self.leastCommonMultiple($0, Int64($1.count)) }
        self.scale = scale
        factors = members.map { scale / Int64(max($0.count, 1)) }
        var excluded: [Int: [Int]] = [:]
        for (row, members) in members.enumerated() where updates.count > 2 && members.count > updates.count / 2 {
            let inside = Set(members)
            excluded[row] = (0..<updates.count).filter { !inside.contains($0) }
        }
        self.excluded = excluded
        // A row is at most the largest integer times L, and a sum of rows as many times that.
        let (rows, overflow) = scale.multipliedReportingOverflow(by: Int64(members.count))
        let bits = updates.magnitudeBits + (Int64.bitWidth - rows.leadingZeroBitCount)
        guard !overflow, bits <= SumBound.bitCountMax else {
            throw .configuration(
                .invalidValue(
                    key: "widths",
                    got: "integers of \(updates.magnitudeBits) bits in \(members.count) mixtures",
                    expected: "fewer bits or smaller buckets: exact mixtures must fit \(SumBound.bitCountMax) bits"
                )
            )
        }
    }

    /// Whether the rows are the updates, in their order.
    private var isUnmixed: Bool { members.count == updates.count && members.indices.allSatisfy { members[$0] == [$0] } }

    /// How many rows there are.
    public var count: Int { members.count }

    /// The exact inner products of all pairs of rows.
    public func gramMatrix() throws(AggregationError) -> GramMatrix {
        let gram: GramMatrix
        if let updateGram { gram = updateGram } else { gram = try updates.gramMatrix() }
        return isUnmixed ? gram : gram.mixed(members)
    }

    /// ‖row r‖ of every row.
    public func norms() throws(AggregationError) -> [Double] {
        if isUnmixed, updateGram == nil {
            return try updates.squaredNorms().map { $0.squareRoot() }
        }
        let gram = try gramMatrix()
        return (0..<count).map { gram[$0, $0].squareRoot() }
    }

    /// The unweighted mean of some rows, exact up to one rounding: Float(Double(Σ) · (step / divisor)).
    ///
    /// - Parameter rows: each at most once.
    public func mean(of rows: [Int]) throws(AggregationError) -> [Float] {
        guard !rows.isEmpty else { throw .empty }
        var weights = [Int64](repeating: 0, count: updates.count)
        for row in rows {
            for member in members[row] { weights[member] += factors[row] }
        }
        return try updates.mean(weights: weights, divisor: Double(scale) * Double(rows.count))
    }

    /// Float(Σ_r c_r · row r), in Double.
    public func combination(_ coefficients: [Double]) -> [Float] {
        var weights = [Double](repeating: 0, count: updates.count)
        for (row, coefficient) in coefficients.enumerated() {
            for member in members[row] { weights[member] += coefficient / Double(members[row].count) }
        }
        return updates.combination(weights)
    }

    /// The aggregate of each coordinate by itself, from its integers in ascending order.
    ///
    /// - Parameters:
    ///   - divisor: what an integer of the result is divided by.
    ///   - combine: gives the result's integer; called with as many integers as there are rows.
    public func byCoordinate(
        divisor: Int64,
        _ combine: (UnsafeMutableBufferPointer<Int64>) -> Int64
    ) -> [Float] {
        var result = [Float](repeating: 0, count: updates.shape.schema.count)
        let total = Double(scale) * Double(divisor)
        var rows: [Int64] = []
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: count) { column in
            updates.forEachBlock { block in
                let length = block.parameters.count
                add(block, into: &rows)
                let step = block.unit / total
                for (index, parameter) in block.parameters.enumerated() {
                    for row in 0..<count { column[row] = rows[row * length + index] }
                    sort(column)
                    result[parameter] = Float(Double(combine(column)) * step)
                }
            }
        }
        return result
    }

    /// The rows' integers in a block, one row after the other.
    ///
    /// A row of more than half of the updates is the sum of all of them without the others: integers lose nothing by it.
    private func add(_ block: PackedBlock, into rows: inout [Int64]) {
        let length = block.parameters.count
        rows.removeAll(keepingCapacity: true)
        rows.append(contentsOf: repeatElement(0, count: (count + 1) * length))
        rows.withUnsafeMutableBufferPointer { rows in
            let total = UnsafeMutableBufferPointer(rebasing: rows[(count * length)...])
            if !excluded.isEmpty {
                for update in 0..<updates.count { Self.add(block, update, to: total) }
            }
            for (row, members) in members.enumerated() {
                let sums = UnsafeMutableBufferPointer(rebasing: rows[row * length..<(row + 1) * length])
                if let excluded = excluded[row] {
                    for update in excluded { Self.add(block, update, to: sums) }
                    for index in sums.indices { sums[index] = total[index] &- sums[index] }
                } else {
                    for update in members { Self.add(block, update, to: sums) }
                }
                let factor = factors[row]
                if factor != 1 { for index in sums.indices { sums[index] &*= factor } }
            }
        }
    }

    private static func add(_ block: PackedBlock, _ update: Int, to sums: UnsafeMutableBufferPointer<Int64>) {
        let integers = block.row(update)
        let shift = Int64(block.shifts[update])
        if shift == 0 {
            for index in sums.indices { sums[index] &+= Int64(integers[index]) }
        } else {
            for index in sums.indices { sums[index] &+= Int64(integers[index]) << shift }
        }
    }

    /// By insertion, which suits a cohort of a few dozens, and by the library's sort beyond.
    private func sort(_ column: UnsafeMutableBufferPointer<Int64>) {
        guard column.count <= 48 else {
            var column = column
            return column.sort()
        }
        for index in column.indices.dropFirst() {
            let value = column[index]
            var place = index
            while place > 0, column[place - 1] > value {
                column[place] = column[place - 1]
                place -= 1
            }
            column[place] = value
        }
    }

    private static func leastCommonMultiple(_ left: Int64, _ right: Int64) -> Int64 {
        var (a, b) = (left, right)
        while b != 0 { (a, b) = (b, a % b) }
        // At most a cohort's size squared: rows have one size, but for the last bucket.
        return a == 0 ? left : left / a * right
    }
}
