public import HansaCore
public import HansaNumerics

/// What can happen to a client's agent.
public enum AgentInput: Sendable {
    /// The process started; these records were on disk.
    case started(outbox: [OutboxRecord])
    /// The coordinator answered a request for work; with an assignment comes the model's schema, where it is known.
    case workAnswered(WorkAnswer, schema: ParameterSchema? = nil)
    /// The coordinator answered with work whose plan or schema cannot be followed, for this reason.
    case workUnreadable(AssignmentID, RefusalReason)
    /// The coordinator does not want this work any more.
    case cancelled(AssignmentID)
    /// The model of the current assignment lies ready.
    case modelReady
    /// The coordinator does not have the model any more.
    case modelUnavailable
    /// What was fetched is not the plan's model.
    case modelDamaged
    /// Training ended: the update, or why there is none.
    case trained(Result<TrainedUpdate, RefusalReason>)
    /// The record is durable.
    case recorded(AssignmentID)
    /// The coordinator answered an update.
    case submissionAnswered(AssignmentID, SubmissionAnswer)
    /// A timer that the agent asked for fired.
    case timerFired(token: UInt32)
}
