/// The choice of FedAMD's constant anchor probability.
public enum AnchorProbability {
    /// φ(p) = 1/(1 − p^A) + 2M/(A·p·√(1 − p^A)), to which the number of rounds is proportional; M clients, A a round.
    ///
    /// Infinite where p is not between 0 and 1.
    /// - seealso: Wu et al. 2023 (arXiv:2206.05891), the constant setting; the released EMNIST script's `--opta`.
    public static func roundFactor(_ p: Double, population: Int, cohort: Int) -> Double {
        guard p > 0, p < 1, cohort >= 1, population >= 1 else { return .infinity }
        // 1 − p^A, the chance that somebody mines.
        let mining = 1 - power(p, cohort)
        return 1 / mining + 2 * Double(population) / (Double(cohort) * p * mining.squareRoot())
    }

    /// The p that minimises ``roundFactor(_:population:cohort:)``, to about 10⁻⁹.
    ///
    /// The factor falls and then rises, so a golden-section search finds the one minimum.
    ///
    /// - Parameters:
    ///   - population: the registered clients M, at least 1.
    ///   - cohort: the participants of a round A, at least 1 and at most M.
    public static func optimum(population: Int, cohort: Int) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (1e-9, 1 - 1e-12)
        while high - low > 1e-10 {
            let left = high - ratio * (high - low)
            let right = low + ratio * (high - low)
            if roundFactor(left, population: population, cohort: cohort)
                < roundFactor(right, population: population, cohort: cohort)
            {
                high = right
            } else {
                low = left
            }
        }
        return (low + high) / 2
    }

    /// p to a whole power, by squaring: products only, so that every machine has the same.
    private static func power(_ p: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, p, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}

/// FedAMD's best constant anchor probability for M registered clients of whom A take part in a round.
///
/// - seealso: ``AnchorProbability/optimum(population:cohort:)``.
public func optimalAnchorProbability(population: Int, cohort: Int) -> Double {
    AnchorProbability.optimum(population: population, cohort: cohort)
}
