public import HansaCore
public import HansaPrivacy

/// One release, as whoever made it knows it: everything of a ledger's line that cannot be computed.
public struct LedgerRelease: Hashable, Sendable {
    /// What was released.
    public enum Content: Hashable, Sendable {
        /// One update with a client's noise that the coordinator received, whatever became of it.
        case received(client: ClientID, fence: UInt32, payload: SHA256Digest, wasAccepted: Bool)
        /// A model version that these clients' updates made, in the order of their numbers.
        case published(version: UInt64, clients: [ClientID])
    }

    /// Who adds the noise; nil for no noise at all.
    public var placement: NoisePlacement?
    public var round: UInt32
    public var attempt: UInt32
    public var content: Content
    /// The digest of the plan, or of the plans of all roles in the order of their numbers.
    public var plan: SHA256Digest
    /// What the release costs by itself; nil where it costs nothing more (a sum of locally noised updates) or nothing is
    /// protected (no noise).
    public var event: PrivacyEvent?
    /// How the sensitivities follow from the plan, in words.
    public var derivation: String
    /// How the round's clients were chosen, in words.
    public var cohortRule: String

    public init(
        placement: NoisePlacement?,
        round: UInt32,
        attempt: UInt32,
        content: Content,
        plan: SHA256Digest,
        event: PrivacyEvent?,
        derivation: String,
        cohortRule: String
    ) {
        self.placement = placement
        self.round = round
        self.attempt = attempt
        self.content = content
        self.plan = plan
        self.event = event
        self.derivation = derivation
        self.cohortRule = cohortRule
    }

    /// The same mechanism's release of another received update.
    ///
    /// - Parameter plan: the digest of its plan; nil where it is not known to be another one.
    public func replacing(
        _ assignment: AssignmentID,
        payload: SHA256Digest,
        plan: SHA256Digest?,
        wasAccepted: Bool
    ) -> Self {
        var release = self
        release.round = assignment.round
        release.attempt = assignment.attempt
        if let plan { release.plan = plan }
        release.content = .received(
            client: assignment.client,
            fence: assignment.fence,
            payload: payload,
            wasAccepted: wasAccepted
        )
        return release
    }

    /// Whom the release is protected against (PRIVACY.md §1); nobody without noise, or with seeded noise.
    public var adversariesCovered: [LedgerAdversary] {
        guard let placement, event?.source != .seeded else { return [] }
        switch (placement, content) {
        case (.local, _): return LedgerAdversary.allCases
        // One share alone, against those who see it.
        case (.distributed, .received): return [.coordinator, .network, .disk]
        // Other clients know their own shares, and the disk holds single updates.
        case (.distributed, .published): return [.modelReader]
        case (.central, .published): return [.modelReader, .otherClients]
        case (.central, .received): return []
        }
    }

    static let seededStatement = "seeded noise: whoever knows the seed subtracts it, so nothing is protected"

    /// What the release protects, in plain words; ``LedgerState/statement(of:)`` knows of sums with seeded noise.
    public var statement: String {
        guard let placement else { return "no noise: nothing is protected" }
        if event?.source == .seeded {
            return Self.seededStatement
        }
        switch (placement, content) {
        case (.local, .received): return "private by itself, against everyone"
        case (.local, .published):
            return "made of updates that were private when they left their devices; costs no more"
        case (.distributed, .received): return "one share of the noise alone, against those who see single updates"
        case (.distributed, .published): return "private against readers of the model, while no single update is seen"
        case (.central, .published): return "private against readers of the model; the coordinator is trusted"
        case (.central, .received): return "no noise of the client: the coordinator is trusted"
        }
    }
}
