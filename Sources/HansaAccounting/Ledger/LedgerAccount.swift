public import HansaPrivacy

/// What somebody has learnt in all: the sum of the releases, and whether one of them had no protection.
public struct LedgerAccount: Hashable, Sendable {
    /// The name of the accountant in every line.
    public static let accountantName = "pure sum; zCDP filter at the fixed delta"

    /// The divergences of every order, where they are kept: of the run, and not of each client.
    private var renyi: RenyiAccountant?
    /// The releases with noise, summed whatever its source.
    public private(set) var spending = PrivacySpending()
    /// Whether noise came from a seed.
    public private(set) var hasSeededNoise = false
    /// Whether something was released without noise.
    public private(set) var hasNoNoise = false

    /// - Parameter keepsOrders: whether Rényi divergences are summed as well: a kilobyte, and a hundred logarithms a line.
    public init(keepsOrders: Bool = false) { renyi = keepsOrders ? RenyiAccountant() : nil }

    mutating func add(_ cost: PrivacyCost, of event: PrivacyEvent) throws(PrivacyError) {
        try renyi?.add(event)
        spending.add(cost)
        if event.source == .seeded { hasSeededNoise = true }
    }

    mutating func addUnprotected() { hasNoNoise = true }

    func figures(delta: Double) -> LedgerFigures {
        LedgerFigures(
            pure: spending.pureEpsilon ?? .infinity,
            atDelta: spending.concentratedEpsilon(delta: delta),
            rdp: renyi?.epsilon(delta: delta),
            hasSeededNoise: hasSeededNoise,
            hasNoNoise: hasNoNoise
        )
    }
}
