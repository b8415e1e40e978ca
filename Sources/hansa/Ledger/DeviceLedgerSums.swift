import HansaClient
import HansaNumerics
import HansaPrivacy

/// What the lines of a device's ledger come to.
struct DeviceLedgerSums: Equatable {
    private(set) var spending = DeviceSpending()
    /// Updates that a line stands for, whether it tells their cost or not.
    private(set) var updateCount: UInt64 = 0

    init() {}

    /// Reads what the first line of a file says of all lines before it.
    init(from reader: inout ByteReader) throws(ByteReaderError) {
        spending.noised = try PrivacySpending(from: &reader)
        spending.unboundedCount = try reader.readUInt64()
        spending.seededCount = try reader.readUInt64()
        spending.trustingCount = try reader.readUInt64()
        spending.unknownCount = try reader.readUInt64()
        updateCount = try reader.readUInt64()
    }

    mutating func add(_ charge: PrivacyCharge) {
        spending.add(charge)
        updateCount &+= 1
    }

    mutating func addUnknown(_ count: UInt64) {
        let (sum, overflows) = spending.unknownCount.addingReportingOverflow(count)
        spending.unknownCount = overflows ? .max : sum
    }
}
