public import HansaNumerics

/// What the ledger writes down about a piece of work beside its cost; the numbers are those of the lines.
public enum DeviceLedgerNote: UInt8, Sendable {
    /// A record whose charge cannot be read, and that no line before tells of.
    case unreadable = 5
    /// The coordinator holds another update of this client for this work.
    case conflict = 6
    /// The coordinator says that it never handed this work out.
    case unknownWork = 7
    /// Work of a round before one that was charged already.
    case earlierRound = 8

    /// For people: what happened, and what may be behind it.
    public var words: PlainText {
        switch self {
        case .unreadable: "its record is damaged and its cost cannot be read; it counts as unbounded"
        case .conflict:
            "the coordinator holds another update of this client for this work: the state was restored from a backup, or a"
                + " second client runs with this key; that update counts as unbounded"
        case .unknownWork: "the coordinator does not know this work: its state or this device's was restored"
        case .earlierRound:
            "work of a round before one that was charged: the coordinator's state was restored; an update for it is"
                + " charged again"
        }
    }
}
