/// A value that no privacy claim can be made with.
public enum PrivacyError: Error, Hashable, Sendable {
    /// A parameter of a mechanism is zero or out of range.
    case invalidParameter
    /// The operating system gave no random bytes, or the cipher refused its key.
    case noRandomness
    /// A sensitivity that is zero, or that the mechanism's guarantee does not know.
    case invalidSensitivity
    /// A probability that is not in (0, 1), or a count that is zero.
    case invalidRequest
    /// What a release would cost, or has cost together with the others, is above the budget.
    case overBudget
    /// An event that this accountant cannot interpret.
    case unknownEvent
}
