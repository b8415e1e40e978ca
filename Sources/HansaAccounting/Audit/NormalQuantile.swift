import Foundation

/// The standard normal law's quantiles, in which µ-GDP is told.
enum NormalQuantile {
    /// Φ(x).
    static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    /// The x with Φ(x) = p, within 1e-12; ±∞ for p of 0 and 1.
    static func of(_ p: Double) -> Double {
        guard p > 0 else { return -.infinity }
        guard p < 1 else { return .infinity }
        // The lower tail is the accurate one.
        if p > 0.5 { return -of(1 - p) }
        var low = -40.0
        var high = 0.0
        while high - low > 1e-13 * low.magnitude, high - low > 1e-14 {
            let middle = (low + high) / 2
            if cumulative(middle) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
