/// The coordinator's answer to an update.
public enum SubmissionAnswer: Hashable, Sendable {
    /// The update is durable and counts exactly once; the same bytes always get this answer.
    case accepted
    /// The update does not count.
    case refused(RefusalReason)
}
