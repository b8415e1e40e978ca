public import HansaResults

/// Something an observer of a run may want to know.
public enum EngineEvent: Sendable {
    /// A round is durable and its plans may be handed out.
    case opened(RoundOpening)
    /// A round moved the model.
    case committed(ParticipationRecord, trainingLoss: Double?)
    /// A round was given up; the model is unchanged.
    case aborted(ParticipationRecord)
    /// The privacy budget does not allow another round; ``finished`` follows.
    case stopped(BudgetStop)
    /// The last round is committed, or the run stopped before it.
    case finished
}
