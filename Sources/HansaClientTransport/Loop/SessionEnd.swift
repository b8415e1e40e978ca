import HansaWire

/// Why a connection is over, and so when the next one begins.
enum SessionEnd {
    /// The loop has its outcome.
    case done
    /// The connection failed or was lost.
    case failed(ConnectionError)
    /// Both sides agree on a time apart.
    case away(milliseconds: UInt32, jitterMilliseconds: UInt32)
    /// The coordinator ended it because of something we did.
    case refused(Refusal)
    /// We ended it because of what the coordinator sent.
    case fault(WireError)
}
