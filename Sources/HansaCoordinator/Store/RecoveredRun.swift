public import HansaResults

/// What a store holds of a run when a process opens it.
public struct RecoveredRun: Equatable, Sendable {
    /// The current model version, checked against its digest.
    public var checkpoint: Checkpoint
    /// The round in progress, if there is one.
    public var progress: RoundProgress?
    /// One record for each finished attempt, in order.
    public var participation: [ParticipationRecord]
    /// The version up to which models have no line in the privacy ledger, because the Hansa that made them kept none.
    public var unledgeredVersion: UInt64

    public init(
        checkpoint: Checkpoint,
        progress: RoundProgress?,
        participation: [ParticipationRecord],
        unledgeredVersion: UInt64 = 0
    ) {
        self.unledgeredVersion = unledgeredVersion
        self.checkpoint = checkpoint
        self.progress = progress
        self.participation = participation
    }
}
