/// A stretch of one section's parameters with the integers of all updates, valid while
/// ``PackedUpdates/forEachBlock(in:_:)`` calls its body.
public struct PackedBlock {
    /// The parameters, in flat order.
    public let parameters: Range<Int>
    /// The section's number in ``PackedUpdates/sections``.
    public let section: Int
    /// What one of ``subscript(_:_:)``'s integers stands for.
    public let unit: Double
    /// How many powers of two coarser than `unit` the integers of an update's ``row(_:)`` are: 0 but for nested lattices.
    public let shifts: [Int]
    let integers: UnsafeBufferPointer<Int32>
    /// The distance from one update's integers to the next one's.
    let stride: Int
    /// Where the stretch begins in an update's integers.
    let offset: Int

    /// The integers of one update, by its number in ``PackedUpdates/updates``, in units of unit · 2^shift.
    public func row(_ update: Int) -> UnsafeBufferPointer<Int32> {
        let start = update * stride + offset
        return UnsafeBufferPointer(rebasing: integers[start..<start + parameters.count])
    }

    /// What one integer of an update's ``row(_:)`` stands for, exactly.
    public func step(of update: Int) -> Double { unit * Double(UInt64(1) << UInt64(shifts[update])) }

    /// One integer in units of `unit`: |q| < 2^61.
    public subscript(update: Int, index: Int) -> Int64 {
        Int64(integers[update * stride + offset + index]) << Int64(shifts[update])
    }
}
