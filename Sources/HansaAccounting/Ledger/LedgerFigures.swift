/// The ε of an account as a line prints it.
public struct LedgerFigures: Hashable, Sendable {
    /// The pure sum; infinite where a release has no pure ε.
    public var pure = 0.0
    /// ε at the ledger's δ.
    public var atDelta = 0.0
    /// ε at the ledger's δ by the best of many Rényi orders; nil where they are not kept.
    ///
    /// At most ``atDelta``, and below it for Skellam and discrete Laplace noise. A report on the releases that were made: a
    /// best order chosen afterwards is no filter, so no budget is judged by it.
    public var rdp: Double?
    public var hasSeededNoise = false
    public var hasNoNoise = false

    /// The smaller of both, which holds either way.
    public var epsilon: Double { min(pure, atDelta) }

    /// The ε, or why there is none.
    public var words: String {
        let value = LedgerText.number(epsilon)
        if hasNoNoise { return "none (no noise)" }
        return hasSeededNoise ? "none (seeded noise; would be \(value))" : value
    }

    /// The same with four decimals, rounded up.
    public var briefWords: String {
        var brief = self
        brief.pure = Self.upward(pure)
        brief.atDelta = Self.upward(atDelta)
        return brief.words
    }

    private static func upward(_ value: Double) -> Double {
        value < 0x1p40 ? (value * 1e4).rounded(.up) / 1e4 : value
    }

    /// Raises each figure to that of another account: what holds for whoever is worse off.
    mutating func raise(to other: Self) {
        pure = max(pure, other.pure)
        atDelta = max(atDelta, other.atDelta)
        hasSeededNoise = hasSeededNoise || other.hasSeededNoise
        hasNoNoise = hasNoNoise || other.hasNoNoise
    }
}
