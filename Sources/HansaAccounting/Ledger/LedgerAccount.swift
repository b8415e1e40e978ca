public import HansaPrivacy

/// What somebody has learnt in all: the sum of the releases, and whether one of them had no protection.
public struct LedgerAccount: Hashable, Sendable {
    /// The name of the accountant in every line.
    public static let accountantName = "pure sum; zCDP filter at the fixed delta"

    /// The releases with noise, summed whatever its source.
    public private(set) var spending = PrivacySpending()
    /// Whether noise came from a seed.
    public private(set) var hasSeededNoise = false
    /// Whether something was released without noise.
    public private(set) var hasNoNoise = false

    public init() {}

    mutating func add(_ cost: PrivacyCost, source: NoiseSource) {
        spending.add(cost)
        if source == .seeded { hasSeededNoise = true }
    }

    mutating func addUnprotected() { hasNoNoise = true }

    func figures(delta: Double) -> LedgerFigures {
        LedgerFigures(
            pure: spending.pureEpsilon ?? .infinity,
            atDelta: spending.concentratedEpsilon(delta: delta),
            hasSeededNoise: hasSeededNoise,
            hasNoNoise: hasNoNoise
        )
    }
}
