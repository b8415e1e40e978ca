import HansaCore
import HansaQuantization

/// The updates of one round as they came, for aggregators that look at single updates.
///
/// It keeps the packed bytes and nothing else, so memory is the cohort times the packed size, never the cohort times
/// float32. Updates lie in the order of their assignments, whatever order they came in, so what is computed from them
/// in that order is order-free; and equal sets of updates are equal however they were merged. An aggregator owns one and
/// forwards ``insert(_:)`` and ``merge(_:)``; on report it walks the coordinates with ``forEachBlock(in:_:)``, takes the
/// exact ``gramMatrix(over:)``, and writes the result with ``combination(_:)`` or ``mean(weights:divisor:)``.
public struct PackedUpdates: Sendable {
    /// The round's plans.
    public let shape: AggregationShape
    /// In ascending order of assignments, each checked: role, weight, length, lattice, padding.
    public private(set) var updates: [VerifiedUpdate] = []
    let layout: PayloadLayout
    /// How many powers of two coarser than the finest step all roles' integers of a section are.
    let shifts: [Int]

    /// Refuses plans of several roles whose sections or finest steps differ.
    public init(shape: AggregationShape) throws(AggregationError) {
        self.shape = shape
        let layout = try PayloadLayout(shape: shape)
        self.layout = layout
        shifts = layout.sections.indices.map { section in
            layout.pieces.values.map { $0[section].lattice.shift }.min() ?? 0
        }
    }

    public var count: Int { updates.count }
    public var isEmpty: Bool { updates.isEmpty }
    /// At most the largest weight times the cohort, which the plan's overflow bound keeps below 2^62.
    public var totalWeight: Int64 { updates.reduce(0) { $0 + $1.weight } }

    /// The parameters of each section of an update, in flat order.
    public var sections: [Range<Int>] { layout.sections.map(\.parameters) }

    /// What an integer of each section stands for, in units of the parameters: the finest step that any role uses.
    public var units: [Double] {
        zip(layout.sections, shifts).map { section, shift in section.step * Double(UInt64(1) << UInt64(shift)) }
    }

    /// Takes in one update; a refused one leaves no trace.
    public mutating func insert(_ update: VerifiedUpdate) throws(AggregationError) {
        guard let plan = shape.plans[update.role] else { throw .unexpectedRole }
        let weightMax = plan.weighting.weightMax
        guard update.weight >= 1, update.weight <= weightMax else {
            throw .invalidWeight(got: update.weight, max: weightMax)
        }
        let place = place(of: update.assignment)
        if place < updates.count, updates[place].assignment == update.assignment { throw .duplicate }
        guard updates.count < shape.cohortMax else { throw .cohortFull(max: shape.cohortMax) }
        try layout.check(update.payload, of: update.role)
        updates.insert(update, at: place)
    }

    /// Takes in another part of the same round; a refused one leaves no trace.
    public mutating func merge(_ other: Self) throws(AggregationError) {
        guard shape.schema == other.shape.schema, shape.plans == other.shape.plans,
            shape.cohortMax == other.shape.cohortMax
        else { throw .shapeMismatch }
        var joined: [VerifiedUpdate] = []
        joined.reserveCapacity(count + other.count)
        var rest = updates[...]
        for update in other.updates {
            while let first = rest.first, first.assignment < update.assignment {
                joined.append(first)
                rest.removeFirst()
            }
            if rest.first?.assignment == update.assignment { throw .duplicate }
            joined.append(update)
        }
        joined += rest
        guard joined.count <= shape.cohortMax else { throw .cohortFull(max: shape.cohortMax) }
        updates = joined
    }

    /// Where an assignment is or belongs.
    private func place(of assignment: AssignmentID) -> Int {
        var (low, high) = (0, updates.count)
        while low < high {
            let middle = low + (high - low) / 2
            if updates[middle].assignment < assignment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
