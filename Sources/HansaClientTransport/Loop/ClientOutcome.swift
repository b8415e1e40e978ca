public import HansaCore

/// How a client's loop ended.
public enum ClientOutcome: Hashable, Sendable {
    /// The coordinator said that the run is over.
    case finished
    /// One update was answered, as `--once` asks.
    case answeredOnce
    /// A signal asked the process to end.
    case interrupted
    /// The coordinator does not serve this client, or the two do not speak the same protocol.
    case refused(RefusalReason)
    /// No coordinator answered for as many tries as were allowed.
    case unreachable
    /// At the last try that was allowed, one of the two does not accept the other's certificate.
    case notTrusted
    /// The coordinator works on another run than when this process began; a new process starts afresh.
    case otherRun
    /// The state folder failed.
    case stateFailed(String)

    /// The process's exit status.
    public var status: ExitStatus {
        switch self {
        case .finished, .answeredOnce, .interrupted: .ok
        case .refused: .protocolRefused
        case .unreachable, .otherRun: .temporary
        case .notTrusted: .noPermission
        case .stateFailed: .inputOutput
        }
    }
}
