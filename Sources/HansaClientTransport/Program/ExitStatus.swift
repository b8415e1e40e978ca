/// The exit statuses of `hansa-client`, numbered as in sysexits.h.
public enum ExitStatus: Int32, Sendable {
    /// The run is over, or somebody asked the client to stop.
    case ok = 0
    /// A mistake on the command line.
    case usage = 64
    /// Examples that cannot be trained on; a privacy ledger or a plan that is damaged.
    case data = 65
    /// A file is missing.
    case noInput = 66
    /// The operating system lacks something.
    case system = 71
    /// Reading or writing the state folder failed.
    case inputOutput = 74
    /// Another process has the state folder, or the coordinator cannot be reached; later it may work.
    case temporary = 75
    /// The coordinator refuses this client for good, or speaks another protocol.
    case protocolRefused = 76
    /// A key that others can read, or a certificate that has expired or that the other side does not accept;
    /// a plan that the policy forbids.
    case noPermission = 77
    /// A mistake in the configuration or the policy.
    case configuration = 78
}
