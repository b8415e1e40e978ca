/// What releases may cost: per round, in all, and at which δ.
///
/// The device's policy and the coordinator's plan have one each; a release that ``admits(_:after:)`` refuses is not made.
public struct PrivacyBudget: Hashable, Sendable {
    /// The largest ε of one release; nil for no limit.
    public var epsilonPerRound: Double?
    /// The largest ε of all releases together; nil for no limit.
    public var epsilon: Double?
    /// δ of both.
    ///
    /// 0 leaves only pure differential privacy.
    public var delta: Double

    public init(epsilonPerRound: Double?, epsilon: Double?, delta: Double) {
        self.epsilonPerRound = epsilonPerRound
        self.epsilon = epsilon
        self.delta = delta
    }

    /// Whether a release may still be made: a filter, valid for releases chosen by what earlier ones said.
    ///
    /// It passes where the pure sum stays within ``epsilon``, or where the divergence of *one* order, a function of this
    /// budget alone, does. Each alone is a filter; so is their union, since whatever ends within the pure sum adds nothing
    /// to δ, and whatever else ends has stayed within the order's. Orders chosen by the outcome would not be a filter,
    /// which is why Skellam noise is judged here at one order and ``PrivacySpending/epsilon(delta:)`` may be below what is
    /// refused. What passes has ``PrivacySpending/epsilon(delta:)`` ≤ ``epsilon``.
    public func admits(_ cost: PrivacyCost, after spending: PrivacySpending) -> Bool {
        guard cost.isValid, delta >= 0, delta < 1 else { return false }
        if let epsilonPerRound {
            // A limit that is not a number admits nothing.
            guard PrivacySpending().adding(cost).epsilon(delta: delta) <= epsilonPerRound else { return false }
        }
        guard let epsilon else { return true }
        let sum = spending.adding(cost)
        guard sum.epsilon(delta: delta) <= epsilon else { return false }
        if let pure = sum.pureEpsilon, pure <= epsilon { return true }
        // But for rounding: without an offset the best order's ε is within the budget exactly where the budget's own order's is.
        guard sum.xi > 0 else { return true }
        return sum.epsilon(delta: delta, order: filterOrder(epsilon: epsilon)) <= epsilon
    }

    /// The order at which the largest ρ that the budget holds has its smallest ε.
    private func filterOrder(epsilon: Double) -> Double {
        // ε ≥ ρ for every order, so no ρ above ε fits.
        var low = 0.0
        var high = min(max(epsilon, .leastNormalMagnitude), 0x1p100)
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            let order = RenyiConversion.bestOrder(rho: middle, delta: delta)
            let product = UpwardArithmetic.product(middle, order)
            if RenyiConversion.epsilon(divergence: product, order: order, delta: delta) <= epsilon {
                low = middle
            } else {
                high = middle
            }
        }
        return RenyiConversion.bestOrder(rho: high, delta: delta)
    }
}
