/// Exponential, logarithm and cosine with the same bits on every processor.
///
/// The system's library chooses among implementations by processor, so that its last bit differs (measured with and
/// without fused multiply-add); what decides a digest calls these. Only +, −, ×, ÷, conversion and bit operations on
/// Double are used, in the order written. Errors stay below one unit in the last place, measured against 100-digit
/// references over the ranges of the tests.
public enum DeterministicMath {
    /// The largest |x| that ``cos(_:)`` takes: the quadrant then fits 20 bits, and reduction stays exact.
    public static let angleMax = 0x1p20

    /// ln 2 in two parts, the first of 32 bits, so that its products with exponents are exact.
    private static let ln2High = 0x1.62e42feep-1
    private static let ln2Low = 0x1.a39ef35793c76p-33

    /// e^x; 0 far below and infinity far above the range of Double, NaN for NaN.
    ///
    /// x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r is 1 + (r + r² p(r)), p by Taylor's series to r^13 / 13!, whose successor
    /// is below 2^-57.
    public static func exp(_ x: Double) -> Double {
        guard x == x else { return x }
        if x > 709.79 { return .infinity }
        if x < -745.14 { return 0 }
        let n = (x * 0x1.71547652b82fep+0).rounded(.toNearestOrEven)
        let high = x - n * ln2High
        let low = n * ln2Low
        let r = high - low
        // What the subtraction lost.
        let lost = (high - r) - low
        var p = 1.0 / 6_227_020_800
        p = p * r + 1.0 / 479_001_600
        p = p * r + 1.0 / 39_916_800
        p = p * r + 1.0 / 3_628_800
        p = p * r + 1.0 / 362_880
        p = p * r + 1.0 / 40_320
        p = p * r + 1.0 / 5_040
        p = p * r + 1.0 / 720
        p = p * r + 1.0 / 120
        p = p * r + 1.0 / 24
        p = p * r + 1.0 / 6
        p = p * r + 0.5
        let value = 1 + (r + (r * r * p + lost))
        // In two steps, since 2^n may leave the range of Double where the result does not.
        let exponent = Int(n)
        let half = exponent / 2
        return value * power(ofTwo: half) * power(ofTwo: exponent - half)
    }

    /// The natural logarithm; −infinity for 0, NaN below and for NaN.
    ///
    /// x = 2^k m with m in [√½, √2), f = m − 1, s = f / (2 + f), |s| ≤ 0.1716:
    /// log m = f − (f²/2 − s (f²/2 + R)), R = Σ 2 s^(2j) / (2j + 1) to j = 11, whose successor is below 2^-64.
    public static func log(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x.isFinite else { return x }
        var bits = x.bitPattern
        var exponent = -1023
        if bits >> 52 == 0 {
            bits = (x * 0x1p54).bitPattern
            exponent -= 54
        }
        exponent += Int(bits >> 52)
        var m = Double(bitPattern: bits & 0xF_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
        if m > 1.4142135623730951 {
            m *= 0.5
            exponent += 1
        }
        let f = m - 1
        let s = f / (2 + f)
        let z = s * s
        var series = 2.0 / 23
        series = series * z + 2.0 / 21
        series = series * z + 2.0 / 19
        series = series * z + 2.0 / 17
        series = series * z + 2.0 / 15
        series = series * z + 2.0 / 13
        series = series * z + 2.0 / 11
        series = series * z + 2.0 / 9
        series = series * z + 2.0 / 7
        series = series * z + 2.0 / 5
        series = series * z + 2.0 / 3
        series *= z
        let half = 0.5 * f * f
        let k = Double(exponent)
        return k * ln2High - ((half - (s * (half + series) + k * ln2Low)) - f)
    }

    /// The cosine of an angle in radians, NaN where |x| exceeds ``angleMax``.
    ///
    /// x = n π/2 + r + t with |r| ≤ π/4 and t the part of r that Double cannot hold; the sine's or cosine's Taylor series
    /// to r^17 / 17! or r^18 / 18! is corrected by t in the first order.
    public static func cos(_ x: Double) -> Double {
        guard x.magnitude <= angleMax else { return .nan }
        let n = (x * 0x1.45f306dc9c883p-1).rounded(.toNearestOrEven)
        // π/2 in three parts of 33 bits and a rest; the products with n are exact.
        let first = x - n * 0x1.921fb544p+0
        let second = n * 0x1.0b4611a6p-34
        let middle = first - second
        let lostBefore = (first - middle) - second
        let third = n * 0x1.3198a2ep-69
        let r = middle - third
        let t = ((middle - r) - third) + lostBefore - n * 0x1.b839a252049c1p-104
        switch Int(n) & 3 {
        case 0: return cosine(r, t)
        case 1: return -sine(r, t)
        case 2: return -cosine(r, t)
        default: return sine(r, t)
        }
    }

    private static func cosine(_ r: Double, _ t: Double) -> Double {
        let z = r * r
        var series = -1.0 / 6_402_373_705_728_000
        series = series * z + 1.0 / 20_922_789_888_000
        series = series * z - 1.0 / 87_178_291_200
        series = series * z + 1.0 / 479_001_600
        series = series * z - 1.0 / 3_628_800
        series = series * z + 1.0 / 40_320
        series = series * z - 1.0 / 720
        series = series * z + 1.0 / 24
        let half = 0.5 * z
        let leading = 1 - half
        return leading + (((1 - leading) - half) + (z * z * series - r * t))
    }

    private static func sine(_ r: Double, _ t: Double) -> Double {
        let z = r * r
        var series = 1.0 / 355_687_428_096_000
        series = series * z - 1.0 / 1_307_674_368_000
        series = series * z + 1.0 / 6_227_020_800
        series = series * z - 1.0 / 39_916_800
        series = series * z + 1.0 / 362_880
        series = series * z - 1.0 / 5_040
        series = series * z + 1.0 / 120
        series = series * z - 1.0 / 6
        return r + (r * z * series + t)
    }

    /// 2^n for −1022 ≤ n ≤ 1023.
    private static func power(ofTwo n: Int) -> Double {
        Double(bitPattern: UInt64(n + 1023) << 52)
    }
}
