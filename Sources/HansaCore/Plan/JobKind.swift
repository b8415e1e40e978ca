/// What a round is for.
///
/// Numbers are part of the wire format; unknown ones are refused.
public enum JobKind: UInt8, Sendable {
    /// Clients train and send updates.
    case training = 1
}
