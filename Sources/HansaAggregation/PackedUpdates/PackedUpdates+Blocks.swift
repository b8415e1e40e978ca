import HansaCore
import HansaQuantization

extension PackedUpdates {
    /// The most integers that are unpacked at once, all updates together: 4 MiB of them.
    private static let blockBudget = 1 << 20
    /// The longest stretch: its integers of one update fit a first-level cache.
    private static let blockCountMax = 8 * PackedLayout.groupCount

    /// How many parameters a block has at most: whole groups.
    private var blockCount: Int {
        let groups = Self.blockBudget / max(count, 1) / PackedLayout.groupCount
        return min(max(groups, 1) * PackedLayout.groupCount, Self.blockCountMax)
    }

    /// Calls `body` with the integers of all updates, one short stretch of parameters after the other.
    ///
    /// - Parameter ranges: The parameters to look at, ascending and apart; nil for all. Those of `local` blocks, which no
    ///   update holds, are passed over. A block covers parameters of one section and one range.
    public func forEachBlock(in ranges: [Range<Int>]? = nil, _ body: (PackedBlock) -> Void) {
        guard !updates.isEmpty else { return }
        let units = units
        let blockCount = blockCount
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: blockCount * count) { integers in
            for (section, parameters) in sections.enumerated() {
                let rowShifts = updates.map { rowShift(of: $0, section: section) }
                for range in ranges ?? [parameters] {
                    let wanted = range.clamped(to: parameters)
                    if wanted.isEmpty { continue }
                    // In the section's own count, from the group in which the range begins.
                    var start = (wanted.lowerBound - parameters.lowerBound) / PackedLayout.groupCount
                    start *= PackedLayout.groupCount
                    while start < wanted.upperBound - parameters.lowerBound {
                        let stretch = start..<min(start + blockCount, parameters.count)
                        unpack(stretch, section: section, into: integers, stride: blockCount)
                        let first = parameters.lowerBound + start
                        let inside = wanted.clamped(to: first..<first + stretch.count)
                        body(
                            PackedBlock(
                                parameters: inside,
                                section: section,
                                unit: units[section],
                                shifts: rowShifts,
                                integers: UnsafeBufferPointer(integers),
                                stride: blockCount,
                                offset: inside.lowerBound - first
                            )
                        )
                        start = stretch.upperBound
                    }
                }
            }
        }
    }

    private func rowShift(of update: VerifiedUpdate, section: Int) -> Int {
        guard let piece = layout.pieces[update.role]?[section] else { return 0 }
        return piece.lattice.shift - shifts[section]
    }

    /// Unpacks a stretch of every update, one row an update.
    private func unpack(
        _ stretch: Range<Int>,
        section: Int,
        into integers: UnsafeMutableBufferPointer<Int32>,
        stride: Int
    ) {
        for (row, update) in updates.enumerated() {
            guard let piece = layout.pieces[update.role]?[section] else { continue }
            let start = row * stride
            let values = UnsafeMutableBufferPointer(rebasing: integers[start..<start + stretch.count])
            let wasUnpacked = update.payload.withUnsafeBytes { bytes in
                do throws(QuantizationError) {
                    try PackedLayout.unpack(
                        UnsafeRawBufferPointer(rebasing: bytes[piece.bytes]),
                        count: piece.count,
                        width: piece.width,
                        range: stretch,
                        into: values
                    )
                    return true
                } catch {
                    return false
                }
            }
            precondition(wasUnpacked, "the payload's length was checked before it was taken in")
        }
    }
}
