public import HansaAccounting
public import HansaPrivacy

/// What a run's privacy ledger prints and how much may be spent.
///
/// A round that would take the run beyond its budget does not start, and the run ends with the model it has
/// (``EngineEvent/stopped(_:)``). A client that a round would take beyond its own budget is not selected.
public struct RunPrivacy: Hashable, Sendable {
    /// The δ of every ε(δ) in the ledger.
    public var delta: Double
    /// What all publications together may cost, and one of them; nil for no limit.
    public var runBudget: PrivacyBudget?
    /// What one client may spend: by its locally noised updates, else by the publications that it counts in; nil for no
    /// limit.
    public var clientBudget: PrivacyBudget?
    /// Whether plans draw noise from a seed, which no line of the ledger may leave unsaid.
    public var isSeeded: Bool

    public init(
        delta: Double = LedgerTerms.defaultDelta,
        runBudget: PrivacyBudget? = nil,
        clientBudget: PrivacyBudget? = nil,
        isSeeded: Bool = false
    ) {
        self.delta = delta
        self.runBudget = runBudget
        self.clientBudget = clientBudget
        self.isSeeded = isSeeded
    }
}
