import Foundation

/// Exact confidence bounds on a probability from the count of its event (Clopper and Pearson 1934).
///
/// With k of n, the lower bound is the p at which P(X ≥ k) = α for X binomial, the upper bound the p at which
/// P(X ≤ k) = α; each is wrong with probability at most α, whatever the true p. Found by bisection on the regularized
/// incomplete beta function, and given as the end of the last interval that is on the safe side.
public enum BinomialBound {
    /// The largest p that `count` of `total` rule out with significance `alpha` from below; 0 for a count of 0.
    public static func lower(count: Int, total: Int, alpha: Double) -> Double {
        guard count > 0, total > 0 else { return 0 }
        // P(X ≥ k) = I_p(k, n − k + 1), which grows with p.
        return bisected { regularizedBeta(Double(count), Double(total - count) + 1, $0) < alpha }.low
    }

    /// The smallest p that `count` of `total` rule out from above; 1 for a count of all.
    public static func upper(count: Int, total: Int, alpha: Double) -> Double {
        guard count < total, total > 0 else { return 1 }
        // P(X ≤ k) = I_{1−p}(n − k, k + 1), which falls with p.
        return bisected { regularizedBeta(Double(total - count), Double(count) + 1, 1 - $0) > alpha }.high
    }

    /// The ends of an interval of relative width 1e-12 around the place where `isBelow` becomes false.
    private static func bisected(_ isBelow: (Double) -> Bool) -> (low: Double, high: Double) {
        var low = 0.0
        var high = 1.0
        for _ in 0..<200 where high - low > 1e-12 * high {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return (low, high)
    }

    /// I_x(a, b) for a, b > 0, by Lentz's continued fraction on the side where it converges fast.
    static func regularizedBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
        if x < (a + 1) / (a + b + 2) { return min(1, front * fraction(a, b, x) / a) }
        return max(0, 1 - front * fraction(b, a, 1 - x) / b)
    }

    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func nonzero(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
        var h = d
        for m in 1...100_000 {
            let m = Double(m)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nonzero(1 + even * d)
            c = nonzero(1 + even / c)
            h *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nonzero(1 + odd * d)
            c = nonzero(1 + odd / c)
            h *= d * c
            if (d * c - 1).magnitude < 1e-15 { break }
        }
        return h
    }
}
