import HansaNumerics

/// Why there is no connection, or none any more.
public enum ConnectionError: Error, Equatable, Sendable {
    /// A file of the identity cannot be used; with what and what to do.
    case identity(String)
    /// A file of the identity is not there.
    case missingFile(what: String, path: String)
    /// The client's own certificate is not valid now.
    case certificateOutOfTime(path: String, isExpired: Bool)
    /// A private key that other users can read.
    case keyIsReadable(path: String)
    /// No TCP connection; with the system's words.
    case unreachable(String)
    /// The time for connecting and greeting is over.
    case tooSlow
    /// The coordinator did not prove to be who it should be; with libssl's words.
    case coordinatorNotTrusted(String)
    /// The coordinator ended the connection with an alert before it said a word: it does not take this certificate.
    case certificateRefused(String)
    /// TLS failed in another way.
    case tls(String)
    /// The other side closed, or the network did.
    case closed(String)
    /// The other side closed before it said a word.
    case closedAtOnce
    /// A signal asked the process to end.
    case interrupted

    /// For people: what happened, and what to do.
    public var message: String { text.string }

    private var text: PlainText {
        switch self {
        case .identity(let words): "\(words)"
        case .missingFile(let what, let path):
            "the \(what) \(path) cannot be read: there is no such file; put it there, or correct its path"
        case .certificateOutOfTime(let path, let isExpired):
            isExpired
                ? "the client's certificate \(path) has expired; get a new one from its authority"
                : "the client's certificate \(path) is not valid yet; check this device's clock, or wait"
        case .keyIsReadable(let path):
            "the private key \(path) can be read by other users; run: chmod 600 \(path)"
        case .unreachable(let words): "the coordinator cannot be reached: \(words)"
        case .tooSlow: "the coordinator did not answer in time"
        case .coordinatorNotTrusted(let words):
            "the coordinator's certificate is not the expected one (\(words)); check [coordinator] ca and server-name"
        case .certificateRefused(let words):
            "the coordinator does not accept this client's certificate (\(words));"
                + " check [identity], and that the coordinator's operator trusts its authority"
        case .tls(let words): "TLS failed: \(words)"
        case .closed(let words): "the connection ended: \(words)"
        case .closedAtOnce:
            "the coordinator closed the connection at once: it is stopping, or it does not accept this client's"
                + " certificate; check [identity]"
        case .interrupted: "interrupted"
        }
    }
}
