/// Logarithm and exponential from additions, multiplications and divisions alone, so that every machine gets the same
/// bits; the C library's differ between releases and processors.
enum DeterministicMath {
    private static let ln2High = 0x1.62e42fee00000p-1
    private static let ln2Low = 0x1.a39ef35793c76p-33

    /// The natural logarithm of a finite number above zero, to a few units in the last place.
    ///
    /// x = 2^e · m with m in [√½, √2), and ln m = 2·artanh(s) with s = (m − 1)/(m + 1), |s| ≤ 0.1716, by its series.
    static func log(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "the logarithm is of a finite number above zero")
        var exponent = x.exponent
        var significand = x.significand
        if significand > 0x1.6a09e667f3bcdp0 {
            significand /= 2
            exponent += 1
        }
        let s = (significand - 1) / (significand + 1)
        let square = s * s
        var series = 0.0
        for denominator in stride(from: 23.0, through: 3, by: -2) { series = (series + 1 / denominator) * square }
        let scale = Double(exponent)
        return scale * ln2High + (2 * s + (2 * s * series + scale * ln2Low))
    }

    /// The exponential of a number at most 0, to a few units in the last place; 0 below −708.
    ///
    /// e^x = 2^k · e^r with |r| ≤ ln(2)/2, and e^r by its Taylor series.
    static func exp(_ x: Double) -> Double {
        precondition(x <= 0, "the exponential is of a number at most 0")
        guard x > -708 else { return 0 }
        let k = (x / 0x1.62e42fefa39efp-1).rounded()
        let r = (x - k * ln2High) - k * ln2Low
        var series = 1.0
        for term in stride(from: 14.0, through: 1, by: -1) { series = 1 + series * r / term }
        return Double(sign: .plus, exponent: Int(k), significand: series)
    }
}
