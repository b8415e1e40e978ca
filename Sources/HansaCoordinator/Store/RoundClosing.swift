public import HansaCore
public import HansaResults

/// The decision that ends a round: made once, durable before anything follows from it.
public struct RoundClosing: Hashable, Sendable {
    public var round: UInt32
    public var attempt: UInt32
    /// The assignments that count, ascending; empty for an aborted round.
    public var accepted: [AssignmentID]
    /// Absent for a round that is to be committed.
    public var abort: ParticipationRecord.AbortReason?

    public init(
        round: UInt32,
        attempt: UInt32,
        accepted: [AssignmentID],
        abort: ParticipationRecord.AbortReason? = nil
    ) {
        self.round = round
        self.attempt = attempt
        self.accepted = accepted
        self.abort = abort
    }
}
