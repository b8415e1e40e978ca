/// What a client does while it has no work.
public enum ContactMode: Hashable, Sendable {
    /// It stays connected.
    case stay
    /// It says goodbye and comes back after `milliseconds` ± `jitterMilliseconds`.
    case comeBack(milliseconds: UInt32, jitterMilliseconds: UInt32)
}
