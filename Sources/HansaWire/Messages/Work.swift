public import HansaCore

/// The coordinator's answer to a request for work.
public enum Work: Hashable, Sendable {
    /// Work, with the canonical bytes of its plan and of the model's schema.
    ///
    /// `memoryRound` is the last committed round in which an update of the client counted that changed what it remembers;
    /// 0 for none.
    #if hasFeature(Embedded)
    // The thin client keeps nothing that a plan could ask for.
    case assigned(AssignmentID, plan: [UInt8], schema: [UInt8])
    #else
    case assigned(AssignmentID, plan: [UInt8], schema: [UInt8], memoryRound: UInt32 = 0)
    #endif
    /// Nothing now; ask again after so many milliseconds.
    case wait(milliseconds: UInt32)
    /// The run is over.
    case finished
}
