/// The coordinator's answer to a client that asks for work.
public enum WorkAnswer: Hashable, Sendable {
    /// Work; asking again gives the same work until it is answered or the lease ends.
    case assignment(Assignment)
    /// Nothing now; ask again after so many milliseconds.
    case wait(milliseconds: UInt32)
    /// The run is over.
    case finished
    /// The client is not served.
    case refused(RefusalReason)
}
