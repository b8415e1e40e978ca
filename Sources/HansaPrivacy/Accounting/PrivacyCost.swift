/// What one release costs at most, in the two currencies that add up under adaptive choices.
///
/// ``PrivacyEvent/cost()`` makes it, ``PrivacySpending`` adds it. Both bounds hold for replace-one neighbours: one
/// client's whole contribution to the round becomes any other.
public struct PrivacyCost: Hashable, Sendable {
    /// ε of pure differential privacy; nil where the release has none.
    public var pureEpsilon: Double?
    /// The slope of the bound ``xi`` + `rho` · α on the Rényi divergence of order α.
    public var rho: Double
    /// The offset of that bound.
    ///
    /// Where it is 0, the bound holds for every α > 1 (ρ-zCDP); else for every integer α ≥ 2.
    public var xi: Double

    public init(pureEpsilon: Double?, rho: Double, xi: Double) {
        self.pureEpsilon = pureEpsilon
        self.rho = rho
        self.xi = xi
    }

    /// Whether every value is finite and none is negative.
    public var isValid: Bool {
        guard let pureEpsilon else { return rho.isCost && xi.isCost }
        return pureEpsilon.isCost && rho.isCost && xi.isCost
    }
}

extension Double {
    /// Whether this is finite, and at least +0.
    var isCost: Bool { isFinite && sign == .plus }
}
