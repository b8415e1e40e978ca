#if !hasFeature(Embedded)
public import HansaNumerics

/// The quantizers of AQ-DP's released code, whose scale is taken from the values themselves.
///
/// A scale that follows from private values is a second release that nothing charges, hence the name; Hansa's own
/// rounding is to a public ``Lattice``. With b bits, Q = 2^(b − 1) − 1 and a = max|x| + 2.22e-16:
///
/// - `stochastic`: s = Q/a, z = s·x, q = ⌊z⌋ + [U < z − ⌊z⌋] limited to ±Q, x̂ = q/s; unbiased, |x̂ − x| ≤ a/Q;
/// - `symmetric`: the same with q = roundHalfEven(z);
/// - `affine`: s = (2^b − 1)/(max − min), zp = −round(min·s) − 2^(b − 1), q = round(s·x + zp) limited to b bits,
///   x̂ = (q − zp)/s; a tensor of equal values has the range 1 where they are 0, else their value.
///
/// Products are Float below 32 bits and Double at 32, as in the code; x̂ is Float, so more than 24 bits buy nothing.
/// - seealso: Ardıç & Genç, AQ-DP; the released code's `quantization` module.
public enum InsecureQuantizer: UInt8, CaseIterable, Sendable {
    case stochastic = 1
    case symmetric = 2
    case affine = 3

    /// The integers of one group of values, and what turns them back.
    public struct Group: Equatable, Sendable {
        public var integers: [Int32]
        /// s.
        public var scale: Float
        /// zp; 0 but for `affine`.
        public var zeroPoint: Int64

        /// x̂ of every integer.
        public var values: [Float] {
            integers.map { InsecureQuantizer.value(of: $0, scale: scale, zeroPoint: zeroPoint) }
        }
    }

    /// What the code adds to the largest magnitude, so that a group of zeros has a scale: Double's unit roundoff.
    public static let floor: Float = 2.220446e-16

    /// Quantizes one group, which has one scale.
    ///
    /// - Parameters:
    ///   - values: finite.
    ///   - words: drawn from by `stochastic` alone, once a value.
    public func quantize(
        _ values: ArraySlice<Float>,
        width: BitWidth,
        words: inout some RandomWords
    ) throws(QuantizationError) -> Group {
        for value in values where !value.isFinite { throw .notFinite }
        switch self {
        case .stochastic, .symmetric: return try quantizeSymmetrically(values, width: width, words: &words)
        case .affine: return try Self.quantizeAffinely(values, width: width)
        }
    }

    /// x̂ = (q − zp)/s.
    public static func value(of integer: Int32, scale: Float, zeroPoint: Int64 = 0) -> Float {
        Float(Int64(integer) - zeroPoint) / scale
    }

    private func quantizeSymmetrically(
        _ values: ArraySlice<Float>,
        width: BitWidth,
        words: inout some RandomWords
    ) throws(QuantizationError) -> Group {
        var largest: Float = 0
        for value in values { largest = max(largest, value.magnitude) }
        let bound = Double(width.magnitudeMax)
        let scale = Float(bound) / (largest + Self.floor)
        // Values near Float's largest leave no scale.
        guard scale.isFinite, scale > 0 else { throw .notFinite }
        var integers: [Int32] = []
        integers.reserveCapacity(values.count)
        for value in values {
            let product = width.bits < 32 ? Double(scale * value) : Double(scale) * Double(value)
            var integer: Double
            if self == .stochastic {
                let down = product.rounded(.down)
                integer = down + (Double(words.next64() >> 11) * 0x1p-53 < product - down ? 1 : 0)
            } else {
                integer = product.rounded(.toNearestOrEven)
            }
            integer = min(max(integer, -bound), bound)
            // The bound is below 2^31.
            integers.append(Int32(integer))
        }
        return Group(integers: integers, scale: scale, zeroPoint: 0)
    }

    private static func quantizeAffinely(
        _ values: ArraySlice<Float>,
        width: BitWidth
    ) throws(QuantizationError) -> Group {
        let smallest = values.min() ?? 0
        let largest = values.max() ?? 0
        let range = largest == smallest ? (largest == 0 ? 1 : largest) : largest - smallest
        let half = Double(UInt64(1) << UInt64(width.bits - 1))
        let scale = Float(2 * half - 1) / range
        guard scale.isFinite, scale != 0 else { throw .notFinite }
        func product(_ value: Float) -> Double {
            width.bits < 32 ? Double(scale * value) : Double(scale) * Double(value)
        }
        let zero = -product(smallest).rounded(.toNearestOrEven) - half
        // A narrow range far from 0 has a zero point that Double does not resolve.
        guard zero.magnitude < 0x1p52 else { throw .notFinite }
        var integers: [Int32] = []
        integers.reserveCapacity(values.count)
        for value in values {
            let sum = width.bits < 32 ? Double(scale * value + Float(zero)) : product(value) + zero
            integers.append(Int32(min(max(sum.rounded(.toNearestOrEven), -half), half - 1)))
        }
        return Group(integers: integers, scale: scale, zeroPoint: Int64(zero))
    }
}
#endif
