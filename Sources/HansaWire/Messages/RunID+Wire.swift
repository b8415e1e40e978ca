public import HansaCore

extension RunID {
    /// The bytes of ``wireBytes``.
    public static let wireByteCount = 16

    /// The 16 bytes of a run in Welcome, the same as in a plan's canonical bytes: `high`, then `low`, little-endian.
    public var wireBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.wireByteCount)
        for word in [high, low] {
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * shift))) }
        }
        return bytes
    }

    /// Reads what ``wireBytes`` gives; nil for another number of bytes.
    public init?(wireBytes bytes: [UInt8]) {
        guard bytes.count == Self.wireByteCount else { return nil }
        let words = [bytes[..<8], bytes[8...]].map { $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: words[0], low: words[1])
    }
}
