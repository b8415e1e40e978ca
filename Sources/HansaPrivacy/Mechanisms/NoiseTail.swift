import HansaNumerics

/// How far noise reaches: bounds that are exceeded as rarely as a plan wants.
///
/// Used for widths only, never for privacy: what lies beyond is limited to the lattice, which is post-processing.
public enum NoiseTail {
    /// The expected number of coordinates beyond a plan's range that is still fine, over a round's whole cohort
    /// (PRIVACY.md §3).
    public static let expectedCountMax = 1e-3

    /// A magnitude that at most `expectedCount` of `drawCount` draws exceed in expectation.
    ///
    /// With L = ln(2 · drawCount / expectedCount): scale · L for discrete Laplace noise, whose tail is that of the geometric
    /// law; σ·√(2L) for the discrete Gaussian, which is subgaussian with its σ (Canonne, Kamath, Steinke 2020,
    /// Corollary 17); L/3 + √(L²/9 + 2µL) for Skellam noise of variance µ (Bernstein's inequality for Poisson variables).
    public static func magnitude(
        of mechanism: NoiseMechanism,
        drawCount: Double,
        expectedCount: Double = expectedCountMax
    ) -> Double {
        let logarithm = DeterministicMath.log(2 * max(1, drawCount) / expectedCount)
        switch mechanism {
        case .discreteLaplace(let scale): return scale.value * logarithm + 1
        case .discreteGaussian(let variance): return (2 * variance.value * logarithm).squareRoot() + 1
        case .skellam(let variance):
            let third = logarithm / 3
            return third + (third * third + 2 * variance.value * logarithm).squareRoot() + 1
        }
    }
}
