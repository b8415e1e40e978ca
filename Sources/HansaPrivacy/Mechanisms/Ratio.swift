/// A positive rational number, the only kind of parameter that exact noise has.
///
/// Two ratios are equal when their terms are: a plan that says 2/2 is not the plan that says 1/1, and both are valid.
public struct Ratio: Hashable, Sendable {
    /// The largest terms; products of two terms and of a term with 2^31 stay within 128 bits.
    public static let numeratorMax = UInt64(1) << 62
    public static let denominatorMax = UInt64(1) << 32

    public let numerator: UInt64
    public let denominator: UInt64

    /// Refuses zero and terms above ``numeratorMax`` and ``denominatorMax``.
    public init(_ numerator: UInt64, _ denominator: UInt64 = 1) throws(PrivacyError) {
        guard (1...Self.numeratorMax).contains(numerator), (1...Self.denominatorMax).contains(denominator) else {
            throw .invalidParameter
        }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The smallest multiple of 2^-16 that is at least `value`; refuses what is not finite, above zero and below 2^46.
    public init(atLeast value: Double) throws(PrivacyError) {
        guard value.isFinite, value > 0, value < 0x1p46 else { throw .invalidParameter }
        let scaled = (value * 0x1p16).rounded(.up)
        guard let numerator = UInt64(exactly: scaled) else { throw .invalidParameter }
        try self.init(max(1, numerator), 1 << 16)
    }

    /// The nearest Double.
    public var value: Double { Double(numerator) / Double(denominator) }
}
