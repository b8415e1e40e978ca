/// How many bits one packed integer takes: 2 to 32.
///
/// One bit cannot hold a sign and a zero, so a width of 1 is refused.
public struct BitWidth: Hashable, Comparable, Sendable {
    /// The widths that the packing knows.
    public static let supported = 2...32

    /// The number of bits.
    public let bits: Int

    /// The largest magnitude of the symmetric range: 2^(bits − 1) − 1.
    public var magnitudeMax: Int64 { (Int64(1) << Int64(bits - 1)) - 1 }

    public init(_ bits: Int) throws(QuantizationError) {
        guard Self.supported.contains(bits) else { throw .unsupportedWidth(got: bits) }
        self.bits = bits
    }

    public static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}
