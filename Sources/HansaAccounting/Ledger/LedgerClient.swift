/// What one client has spent, against two kinds of people.
public struct LedgerClient: Hashable, Sendable {
    /// By the updates and shares that it sent, against those who see single updates.
    public internal(set) var sent = LedgerAccount()
    /// By the publications without noise of its own alone that it counts in, against readers of models.
    public internal(set) var published = LedgerAccount()

    public init() {}
}
