/// What releases cost together: sums of ``PrivacyCost``, each rounded upward.
///
/// Both ledgers keep it. The sums hold for adaptively chosen releases too (each currency is a filter: Rogers and others
/// 2016; Feldman, Zrnic 2021).
public struct PrivacySpending: Hashable, Sendable {
    /// The sum of the pure ε: 0 at the start, nil once a release was not pure.
    public internal(set) var pureEpsilon: Double?
    /// The sum of the slopes.
    public internal(set) var rho: Double
    /// The sum of the offsets; see ``PrivacyCost/xi``.
    public internal(set) var xi: Double
    /// How many releases were added.
    public internal(set) var releaseCount: UInt64

    public init() {
        pureEpsilon = 0
        rho = 0
        xi = 0
        releaseCount = 0
    }

    /// Adds one release.
    ///
    /// A cost that is not valid counts as infinite.
    public mutating func add(_ cost: PrivacyCost) { add(cost, count: 1) }

    /// Adds `count` releases of the same cost.
    ///
    /// What it gives is at least the true sum, but can be less than `count` single additions, each rounded upward.
    public mutating func add(_ cost: PrivacyCost, count: UInt64) {
        guard count > 0 else { return }
        let isValid = cost.isValid
        let factor = UpwardArithmetic.ratio(UInt128(count), 1)
        if let spent = pureEpsilon, let pure = cost.pureEpsilon {
            pureEpsilon =
                isValid
                ? UpwardArithmetic.sum(spent, UpwardArithmetic.product(pure, factor)) : UpwardArithmetic.unbounded
        } else {
            pureEpsilon = nil
        }
        rho =
            isValid ? UpwardArithmetic.sum(rho, UpwardArithmetic.product(cost.rho, factor)) : UpwardArithmetic.unbounded
        xi = isValid ? UpwardArithmetic.sum(xi, UpwardArithmetic.product(cost.xi, factor)) : UpwardArithmetic.unbounded
        let (total, overflows) = releaseCount.addingReportingOverflow(count)
        releaseCount = overflows ? .max : total
    }

    /// These releases and one more.
    public func adding(_ cost: PrivacyCost) -> PrivacySpending {
        var sum = self
        sum.add(cost)
        return sum
    }

    /// The smallest known ε at which all of it is (ε, δ)-differentially private; infinite where none is known.
    ///
    /// The smaller of the sum of pure ε, if every release is pure, and ``concentratedEpsilon(delta:)``. A `delta` that is
    /// not in (0, 1) counts as 0, where only the pure sum is known.
    public func epsilon(delta: Double) -> Double {
        guard releaseCount > 0 else { return 0 }
        var pure = Double.infinity
        if let pureEpsilon, pureEpsilon < UpwardArithmetic.unbounded { pure = pureEpsilon }
        return min(pure, concentratedEpsilon(delta: delta))
    }

    /// ε from ``xi`` and ``rho`` alone: the conversion of Canonne, Kamath, Steinke at its best order.
    public func concentratedEpsilon(delta: Double) -> Double {
        guard delta > 0, delta < 1, rho < UpwardArithmetic.unbounded, xi < UpwardArithmetic.unbounded else {
            return .infinity
        }
        guard rho > 0 || xi > 0 else { return 0 }
        let best = RenyiConversion.bestOrder(rho: rho, delta: delta)
        guard xi > 0 else { return epsilon(delta: delta, order: best) }
        // Up to the best order ε falls, from there it rises: one of the two integers beside it is the best.
        let below = max(2, best.rounded(.down))
        return min(epsilon(delta: delta, order: below), epsilon(delta: delta, order: max(2, below + 1)))
    }

    /// ε by the divergence of one order α > 1.
    func epsilon(delta: Double, order: Double) -> Double {
        let slopeFactor = xi > 0 ? RenyiConversion.chord(order: order) : order
        let divergence = UpwardArithmetic.sum(xi, UpwardArithmetic.product(rho, slopeFactor))
        return RenyiConversion.epsilon(divergence: divergence, order: order, delta: delta)
    }
}
