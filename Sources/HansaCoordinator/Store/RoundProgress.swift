/// How far the store says a round got: where a restart takes up (DESIGN.md, "Durability").
public struct RoundProgress: Hashable, Sendable {
    public var opening: RoundOpening
    /// The durable updates in the order of their receipt.
    public var updates: [StoredUpdate]
    /// Step 1 of the close: who counts.
    ///
    /// Absent while the round is open.
    public var closing: RoundClosing?
    /// Steps 2 and 3: the ledger's entry.
    public var release: ReleaseEntry?

    public init(
        opening: RoundOpening,
        updates: [StoredUpdate],
        closing: RoundClosing? = nil,
        release: ReleaseEntry? = nil
    ) {
        self.opening = opening
        self.updates = updates
        self.closing = closing
        self.release = release
    }
}
