import HansaNumerics
public import HansaPrivacy

extension PrivacyEvent {
    /// An upper bound on the Rényi divergence of one order between neighbours, replace-one, rounded upward.
    ///
    /// - Discrete Laplace: exact, see ``laplaceDivergence(order:sensitivity:scale:)``, and at most α ε² / 2 and ε.
    /// - Discrete Gaussian: α Δ₂² / (2σ²).
    /// - Skellam: the smaller of the two forms of Agarwal, Kairouz, Liu 2021 (theorem 3.5) at the order, or at the next
    ///   integer order: the divergence rises with the order.
    ///
    /// - Parameter order: α, above 1.
    public func renyiDivergence(order: Double) throws(PrivacyError) -> Double {
        guard order > 1, order.isFinite else { throw .invalidRequest }
        let cost = try cost()
        switch mechanism {
        case .discreteGaussian: return UpwardArithmetic.product(cost.rho, order)
        case .discreteLaplace(let scale):
            let pure = cost.pureEpsilon ?? .infinity
            let exact = Self.laplaceDivergence(order: order, epsilon: pure, scale: scale.value)
            return min(pure, min(UpwardArithmetic.product(cost.rho, order), exact))
        case .skellam(let variance):
            let order = order.rounded(.up)
            let l1 = Double(try skellamSensitivityL1()).nextUp
            let l2Squared = Double(sensitivityL2Squared).nextUp
            let variance = variance.value.nextDown
            let slope = order * l2Squared / (2 * variance)
            let steep = ((2 * order - 1) * l2Squared + 6 * l1) / (4 * variance * variance)
            let flat = 3 * l1 / (2 * variance)
            // Fewer than ten operations, each within 2^-53 of its result, and terms above 0.
            return (slope + min(steep, flat)) * (1 + 0x1p-48)
        }
    }

    /// The divergence of discrete Laplace noise of scale s under the worst shift of L1 norm Δ = εs.
    ///
    /// With p = e^(−1/s), r = p^(2α − 1) and w = (1 − p)/(1 − r), the sum Σ P(z)^α P(z − Δ)^(1−α) is
    ///
    ///     F(Δ) = [ (1 + w r) p^(−(α−1)Δ) + (1 − w) p^(αΔ) ] / (1 + p),   D = log F / (α − 1).
    ///
    /// F is a sum of exponentials of Δ with factors above 0, so log F is convex, and F(0) = 1: splitting a shift over
    /// coordinates, where the F multiply, never gives more than all of it in one.
    private static func laplaceDivergence(order: Double, epsilon: Double, scale: Double) -> Double {
        let rate = 1 / scale
        let p = DeterministicMath.exp(-rate)
        let r = DeterministicMath.exp(-rate * (2 * order - 1))
        let w = complementOfExponential(rate) / complementOfExponential(rate * (2 * order - 1))
        let far = DeterministicMath.exp(-epsilon * (2 * order - 1))
        let value = epsilon + DeterministicMath.log((1 + w * r + (1 - w) * far) / (1 + p)) / (order - 1)
        guard value.isFinite else { return .infinity }
        // The logarithm's argument is in (1/2, 1] and known to about ten units in the last place.
        return max(0, value + 0x1p-46 * (epsilon + 1 / (order - 1)))
    }

    /// 1 − e^(−x) for x > 0, by its series where the difference would lose digits.
    private static func complementOfExponential(_ x: Double) -> Double {
        guard x < 0.25 else { return 1 - DeterministicMath.exp(-x) }
        var sum = 0.0
        var term = x
        for index in 2...16 {
            sum += term
            term *= -x / Double(index)
        }
        return sum
    }
}
