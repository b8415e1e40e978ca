public import HansaCore

/// The service's answer to a client that asks for work.
public enum WorkReply: Hashable, Sendable {
    /// Work, with the canonical bytes of its plan and of the model's schema, which all clients of a role share.
    case assigned(AssignmentID, plan: [UInt8], schema: [UInt8], memoryRound: UInt32 = 0)
    /// Nothing now; ask again after so many milliseconds.
    case wait(milliseconds: UInt32)
    /// The run is over.
    case finished
    /// The client is not served.
    case refused(RefusalReason)
}
