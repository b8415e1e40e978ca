/// The cosine of a rational multiple of π, computed in integers.
package enum FixedPointCosine {
    /// The fractional bits of the result.
    package static let fractionBits = 61
    private static let one = Int64(1) << 61
    /// π in units of 2^-61, rounded to nearest.
    private static let pi: UInt64 = 0x6487_ED51_10B4_611A

    /// cos(π · t / T) in units of 2^-61, for t < T < 2^32, with an error below 2^-57.
    ///
    /// cos(π − θ) = −cos θ brings the angle into [0, π/2]. There Taylor's series is summed by Horner's rule up to
    /// θ^28 / 28!, whose successor is below 2^-81; each of the 14 steps is off by at most two units.
    package static func cosine(piTimes t: UInt64, over period: UInt64) -> Int64 {
        let isMirrored = 2 * t > period
        let product = pi.multipliedFullWidth(by: isMirrored ? period - t : t)
        // At most π/2 · 2^61 < 2^62, and product.high < period because 2 t ≤ T.
        let angle = period.dividingFullWidth(product).quotient
        let squared = angle.multipliedFullWidth(by: angle)
        let square = Int64(truncatingIfNeeded: squared.high << 3 | squared.low >> 61)
        var sum = one
        for term in stride(from: Int64(14), to: 0, by: -1) {
            let scaled = square.multipliedFullWidth(by: sum)
            let fixed = scaled.high << 3 | Int64(truncatingIfNeeded: scaled.low >> 61)
            sum = one - fixed / ((2 * term - 1) * (2 * term))
        }
        return isMirrored ? -sum : sum
    }
}
