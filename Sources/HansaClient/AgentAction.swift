public import HansaCore

/// What the agent wants its surroundings to do.
public enum AgentAction: Sendable {
    /// Ask the coordinator for work.
    case requestWork
    /// Get the model of this assignment, unless it is here already; answer `modelReady` or `modelUnavailable`.
    case fetchModel(Assignment)
    /// Train from the model, encode by the plan, answer `trained`.
    case train(Assignment)
    /// Make the record durable, then answer `recorded`.
    case record(OutboxRecord)
    /// Send the record's update; the same bytes every time.
    case send(OutboxRecord)
    /// Tell the coordinator that this work cannot be done.
    case withdraw(AssignmentID, RefusalReason)
    /// The record is settled and may be deleted.
    case forget(AssignmentID)
    /// Fire a timer with this token after so many milliseconds.
    case wakeUp(token: UInt32, afterMilliseconds: UInt32)
    /// The run is over or the client is not wanted; nothing follows.
    case stop
}
