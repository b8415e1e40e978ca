import HansaNumerics

/// From Rényi divergence to (ε, δ), rounded upward.
///
/// Canonne, Kamath, Steinke 2020, proposition 12: where the divergence of order α is at most D,
///
///     ε = D + log((α − 1)/α) + (log(1/δ) − log α) / (α − 1).
public enum RenyiConversion {
    /// How much is added to ε, relative to the sum of the magnitudes of its terms.
    ///
    /// Each logarithm and each of fewer than ten operations errs by at most 2^-52 of a term's magnitude.
    static let margin = 0x1p-47

    /// ε for one order; infinite for an order that is not above 1 or a `delta` that is not in (0, 1).
    public static func epsilon(divergence: Double, order: Double, delta: Double) -> Double {
        guard divergence >= 0, divergence < UpwardArithmetic.unbounded, order > 1, order < UpwardArithmetic.unbounded,
            delta > 0, delta < 1
        else { return .infinity }
        // Exact below 2^53, and above it the difference is nothing.
        let less = order - 1
        let logOrder = DeterministicMath.log(order)
        let gain = DeterministicMath.log(less / order)
        let logInverseDelta = -DeterministicMath.log(delta)
        let value = divergence + gain + (logInverseDelta - logOrder) / less
        let magnitude = divergence - gain + (logInverseDelta + logOrder) / less
        let epsilon = value + magnitude * margin
        return epsilon.isNaN ? .infinity : max(0, epsilon)
    }

    /// The order at which ρ · α gives the smallest ε.
    ///
    /// The derivative of ε in α is ρ − log(1/(δα)) / (α − 1)², so that it is the one root of
    /// ρ (α − 1)² + log α = log(1/δ), both of whose terms rise. It lies below 1 + √(log(1/δ)/ρ) and below 1/δ. Any other
    /// order would be as safe, so the bisection need not be exact.
    package static func bestOrder(rho: Double, delta: Double) -> Double {
        let logInverseDelta = -DeterministicMath.log(delta)
        var low = 0.0
        var high = min((logInverseDelta / rho).squareRoot(), 1 / delta)
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            if rho * middle * middle + DeterministicMath.log(1 + middle) < logInverseDelta {
                low = middle
            } else {
                high = middle
            }
        }
        return 1 + high
    }

    /// What takes the place of α in ξ + ρ · α where that bounds the divergence at integer orders only.
    ///
    /// (α − 1) D(α) is convex in α (van Erven, Harremoës 2014, corollary 2) and 0 at 1, so between integers n and n + 1 it
    /// is below its chord: D(α) ≤ ξ + ρ · n (2α − 1 − n) / (α − 1). At integers this is α.
    static func chord(order: Double) -> Double {
        let floor = order.rounded(.down)
        guard floor < order else { return order }
        return (floor * (2 * order - 1 - floor) / (order - 1)).nextUp.nextUp
    }
}
