public import HansaCore

extension RunID {
    /// How many bytes ``wireBytes`` has.
    public static let wireByteCount = 16

    /// The 16 bytes of a run in Welcome: `high`, then `low`, big-endian, so that their hexadecimal is the run's name.
    public var wireBytes: [UInt8] {
        [high, low].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    /// Reads what ``wireBytes`` gives; nil for another number of bytes.
    public init?(wireBytes bytes: [UInt8]) {
        guard bytes.count == Self.wireByteCount else { return nil }
        let words = [bytes[..<8], bytes[8...]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: words[0], low: words[1])
    }
}
