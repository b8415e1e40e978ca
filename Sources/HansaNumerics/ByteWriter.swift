/// Appends values in the one canonical byte order (little-endian) that digests and durable records use.
public struct ByteWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    public init(reservingCapacity capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    public mutating func write(_ value: UInt8) { bytes.append(value) }

    public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    public mutating func write(_ value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    public mutating func write(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    public mutating func write(_ value: Int64) { write(UInt64(bitPattern: value)) }

    public mutating func write(_ value: Float) { write(value.bitPattern) }

    public mutating func write(_ value: Double) { write(value.bitPattern) }

    /// Writes the UTF-8 bytes behind their `u32` count.
    public mutating func write(_ value: String) { writeCounted(value.bytes) }

    /// Writes the bytes behind their `u32` count.
    public mutating func writeCounted(_ value: [UInt8]) {
        write(UInt32(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes the bytes alone; their count follows from what was written before.
    public mutating func writeRaw(_ value: [UInt8]) { bytes.append(contentsOf: value) }
}
