/// Arithmetic of Double whose results are never below the true ones, and equal to them where those are representable.
///
/// What a ledger adds up comes from here, so that no rounding under-reports. Values are finite and not negative;
/// ``unbounded`` stands for everything that is no longer known to be below it.
package enum UpwardArithmetic {
    /// The value at which sums stop: costs there count as infinite.
    package static let unbounded = Double.greatestFiniteMagnitude

    /// Products of factors within these bounds, and their errors, neither overflow nor underflow.
    private static let exactRange = 0x1p-400...0x1p400

    /// The least Double that is at least a + b; exact errors by Knuth's two-sum.
    package static func sum(_ a: Double, _ b: Double) -> Double {
        let sum = a + b
        guard sum < unbounded else { return unbounded }
        let part = sum - a
        let error = (a - (sum - part)) + (b - part)
        return error > 0 ? sum.nextUp : sum
    }

    /// A Double that is at least a · b, and the least where both are of ordinary size; errors by Dekker's product.
    package static func product(_ a: Double, _ b: Double) -> Double {
        guard a != 0, b != 0 else { return 0 }
        let product = a * b
        guard product < unbounded else { return unbounded }
        guard exactRange.contains(a), exactRange.contains(b) else { return product.nextUp }
        let (aHigh, aLow) = split(a)
        let (bHigh, bLow) = split(b)
        let error = ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow
        return error > 0 ? product.nextUp : product
    }

    /// The least Double that is at least numerator / denominator.
    ///
    /// - Parameter denominator: From 1 to 2^126.
    package static func ratio(_ numerator: UInt128, _ denominator: UInt128) -> Double {
        guard numerator > 0 else { return 0 }
        precondition((1...UInt128(1) << 126).contains(denominator), "a denominator that can be doubled")
        var (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        var exponent = 0
        var isInexact = false
        let bitCount = UInt128.bitWidth - quotient.leadingZeroBitCount
        if bitCount > 53 {
            exponent = bitCount - 53
            isInexact = remainder > 0 || quotient & ((1 << UInt128(exponent)) - 1) != 0
            quotient >>= UInt128(exponent)
        } else {
            // Long division in base 2: at most 126 zeros before the first digit, then 53 digits.
            while remainder > 0, quotient < 1 << 52 {
                remainder <<= 1
                quotient <<= 1
                if remainder >= denominator {
                    remainder -= denominator
                    quotient += 1
                }
                exponent -= 1
            }
            isInexact = remainder > 0
        }
        if isInexact { quotient += 1 }
        // At most 2^53, and a power of two: the product is exact.
        return Double(UInt64(truncatingIfNeeded: quotient)) * Double(bitPattern: UInt64(1023 + exponent) << 52)
    }

    /// Veltkamp's parts of 26 bits each, whose products are exact.
    private static func split(_ value: Double) -> (high: Double, low: Double) {
        let scaled = value * 0x1.0000002p+27
        let high = scaled - (scaled - value)
        return (high, value - high)
    }
}
