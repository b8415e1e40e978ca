/// What bytes on the wire are for.
public enum ByteClass: UInt8, CaseIterable, Sendable {
    /// What one undisturbed exchange of work takes: plan, model, update and answer.
    case training
    /// Greetings, questions that found no work, heartbeats, refusals.
    case liveness
    /// What is sent again for an exchange that was begun before.
    case repeated
}
