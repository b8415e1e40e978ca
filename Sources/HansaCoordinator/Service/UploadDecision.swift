public import HansaCore

/// The service's answer to a client that announces an update.
public enum UploadDecision: Hashable, Sendable {
    /// The payload need not be sent: this is what became, or would become, of it.
    case answered(SubmissionAnswer)
    /// The payload may be sent from this offset on; what lies before it is in the spool.
    case granted(offset: UInt64)
    /// There is no room, or the service is about to stop; the same update may be announced later.
    case busy
}
