public import HansaCore
public import HansaNumerics
public import HansaWire

/// What the coordinator's frames mean to a client.
public enum ClientSessionEvent: Hashable, Sendable {
    /// The connection may be used.
    case welcomed(Welcome)
    /// The answer to a request for work; with an assignment comes the model's schema, which its plan fits.
    case workAnswered(WorkAnswer, schema: ParameterSchema?)
    /// Work whose plan or schema this program cannot read, and why; to be withdrawn from.
    case unreadableWork(AssignmentID, RefusalReason)
    /// The whole model, in schema order and with the plan's digest; local blocks are 0.
    case modelReady(AssignmentID, parameters: [Float])
    /// No round in progress starts from the model any more.
    case modelUnavailable(AssignmentID)
    /// The model's bytes are not those of its digest, or stand for no model at all; they are dropped.
    case modelDamaged(AssignmentID)
    /// What became of an update, and with a refusal of the class "retry later" how long to wait.
    case submissionAnswered(AssignmentID, SubmissionAnswer, retryMilliseconds: UInt32)
    /// The work is not wanted any more.
    case cancelled(AssignmentID, RefusalReason)
    /// The coordinator ends the session, and says when to come back.
    case goodbye(Goodbye)
    /// The coordinator ends the session because of something we did.
    case refused(Refusal)
}
