public import HansaCore
public import HansaPrivacy

/// What a run's privacy ledger is kept under: the header's content, the same for every line after it.
public struct LedgerTerms: Hashable, Sendable {
    /// The δ at which ε is printed where no budget names another; below one in a thousand clients of most runs.
    public static let defaultDelta = 1e-5

    /// The run.
    public var run: RunID
    /// How many clients the roster has; δ must lie below one in so many.
    public var clientCount: UInt32
    /// The δ of every ε(δ) in the ledger.
    public var delta: Double
    /// What all publications together may cost, and one of them; nil for no limit.
    public var runBudget: PrivacyBudget?
    /// What one client may spend: by its locally noised updates, else by the publications that it counts in; nil for no
    /// limit.
    public var clientBudget: PrivacyBudget?
    /// Whether the run draws its noise from a seed, which every line then says.
    public var isSeeded: Bool

    public init(
        run: RunID,
        clientCount: UInt32,
        delta: Double = Self.defaultDelta,
        runBudget: PrivacyBudget? = nil,
        clientBudget: PrivacyBudget? = nil,
        isSeeded: Bool = false
    ) {
        self.run = run
        self.clientCount = clientCount
        self.delta = delta
        self.runBudget = runBudget
        self.clientBudget = clientBudget
        self.isSeeded = isSeeded
    }
}
