public import HansaCore

/// The coordinator's answer to a request for work.
public enum Work: Hashable, Sendable {
    /// Work, with the canonical bytes of its plan and of the model's schema.
    case assigned(AssignmentID, plan: [UInt8], schema: [UInt8])
    /// Nothing now; ask again after so many milliseconds.
    case wait(milliseconds: UInt32)
    /// The run is over.
    case finished
}
