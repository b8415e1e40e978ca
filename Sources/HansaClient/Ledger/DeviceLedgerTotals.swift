public import HansaCore
public import HansaNumerics
import HansaPrivacy

/// What the lines of a device's privacy ledger come to.
public struct DeviceLedgerTotals: Hashable, Sendable {
    /// What all updates cost.
    public private(set) var spending = DeviceSpending()
    /// Updates that a line stands for, whether it tells their cost or not.
    public private(set) var updateCount: UInt64 = 0
    /// How often the file had moved or was copied since it was used last: perhaps a restored backup.
    public var copyCount: UInt64 { spending.copyCount }
    /// How often the coordinator's words did not fit the ledger.
    public private(set) var contradictionCount: UInt64 = 0
    /// The run that the newest lines are for, and the highest round of it that was charged.
    public private(set) var run = RunID(high: 0, low: 0)
    public private(set) var roundMax: UInt32 = 0
    /// Where the file was; nil until this file says so.
    public private(set) var place: UInt64?

    // Bounds: counts of lines that this program writes one by one; 64 bits are never counted through.
    public mutating func add(_ entry: DeviceLedgerEntry) {
        switch entry {
        case .began(_, let totals): self = totals
        case .place(let number):
            if place != nil { spending.copyCount &+= 1 }
            place = number
        case .run(let next): (run, roundMax) = (next, 0)
        case .charged(let charge):
            spending.add(charge.charge)
            updateCount &+= 1
            roundMax = max(roundMax, charge.assignment.round)
        case .missing(let count): addUnknown(count)
        case .note(.unreadable, _): addUnknown(1)
        case .note(let note, _):
            // The other update was sent, and the line of its cost is lost.
            if note == .conflict { spending.unknownCount = Self.sum(spending.unknownCount, 1) }
            contradictionCount &+= 1
        }
    }

    private mutating func addUnknown(_ count: UInt64) {
        spending.unknownCount = Self.sum(spending.unknownCount, count)
        updateCount = Self.sum(updateCount, count)
    }

    /// A sum that stays at the largest number: a count from a file must not come round to 0.
    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? .max : sum
    }

    /// Whether a file that begins with these goes on from one with the others; where a file lies is its own affair.
    public func isContinuation(of other: Self) -> Bool {
        var moved = self
        moved.place = other.place
        return moved == other
    }

    public func encode(into writer: inout ByteWriter) {
        spending.noised.encode(into: &writer)
        for count in [
            spending.unboundedCount, spending.seededCount, spending.trustingCount, spending.unknownCount, updateCount,
            copyCount, contradictionCount, run.high, run.low,
        ] { writer.write(count) }
        writer.write(roundMax)
    }

    public init() {}

    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        spending.noised = try PrivacySpending(from: &reader)
        spending.unboundedCount = try reader.readUInt64()
        spending.seededCount = try reader.readUInt64()
        spending.trustingCount = try reader.readUInt64()
        spending.unknownCount = try reader.readUInt64()
        updateCount = try reader.readUInt64()
        spending.copyCount = try reader.readUInt64()
        contradictionCount = try reader.readUInt64()
        run = RunID(high: try reader.readUInt64(), low: try reader.readUInt64())
        roundMax = try reader.readUInt32()
    }
}
