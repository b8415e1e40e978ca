public import HansaCore
public import HansaResults

/// Something an observer of a ``CoordinatorService`` may want to know.
///
/// Told on the service's thread, in order, after the durable writes that it stands for; an observer must not block.
public enum ServiceEvent: Sendable {
    /// A round is durable and its plans are handed out.
    case opened(RoundOpening)
    /// So many updates of a round became durable together, none of which was counted before.
    case receipts(round: UInt32, count: Int)
    /// A client said that it cannot do its work.
    case withdrawn(AssignmentID, RefusalReason)
    /// A round moved the model to `checkpoint`, which shares its parameters with the engine.
    case committed(ParticipationRecord, trainingLoss: Double?, checkpoint: Checkpoint)
    /// A round was given up; the model is unchanged.
    case aborted(ParticipationRecord)
    /// The privacy budget does not allow another round; ``finished`` follows.
    case stopped(BudgetStop)
    /// The last round is committed, or the run stopped before it.
    case finished
    /// The service serves nobody any more; the process must end, and another one goes on from the durable state.
    case failed(CoordinatorError)
}
