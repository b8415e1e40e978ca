/// What an aggregator must be able to see; decides whether updates may be masked.
public enum UpdateNeed: Sendable {
    /// Only the sum of the updates.
    case sumOnly
    /// Each update by itself.
    case singleUpdates
}
