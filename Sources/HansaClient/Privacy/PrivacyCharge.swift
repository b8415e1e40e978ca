public import HansaPrivacy

/// What one update costs this device's privacy, fixed before its first byte leaves.
///
/// The agent derives it from the plan and the policy, it becomes durable in one piece with the noised bytes
/// (``OutboxRecord``), and the device's ledger takes it over. Sending the same bytes again is free; drawing noise anew is
/// another charge.
public enum PrivacyCharge: Hashable, Sendable {
    /// Whom the noise protects against.
    public enum Adversary: UInt8, Hashable, Sendable {
        /// Everybody who sees the bytes, the coordinator included: the noise is the client's own.
        case everyone = 1
        /// Readers of published models only: the owner trusts the coordinator to look at sums alone.
        case modelReaders = 2
    }

    /// The bytes leave without noise that counts: no ε bounds what they tell.
    case unbounded
    /// A release with noise, and its cost.
    case release(PrivacyEvent, cost: PrivacyCost, against: Adversary)

    /// Whether the noise can be drawn again by whoever knows its seed, and so protects nothing.
    public var isSeeded: Bool {
        if case .release(let event, _, _) = self { event.source == .seeded } else { false }
    }
}
