/// What an audit says of one claim.
public struct AuditFinding: Hashable, Sendable {
    public let claim: AuditClaim
    /// ε or µ is at least this, but for a chance of ``significance``.
    public let lowerBound: Double
    /// The chance that the bound is above the truth.
    public let significance: Double
    public let event: AuditEvent
    /// How often the event happened in ``trialCount`` trials of the input it is likely under.
    public let likelyCount: Int
    /// And of the other.
    public let unlikelyCount: Int
    /// The trials of each input that the bound is made of; as many others chose the event.
    public let trialCount: Int

    /// Whether the claim is refuted.
    public var isViolation: Bool { lowerBound > claim.value }
    /// The bound in units of the claim.
    public var ratio: Double { lowerBound / claim.value }
}
