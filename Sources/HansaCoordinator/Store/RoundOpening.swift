public import HansaCore

/// A round as it was opened: durable before the first plan is handed out.
public struct RoundOpening: Hashable, Sendable {
    public var round: UInt32
    public var attempt: UInt32
    /// The model version the round starts from.
    public var modelVersion: UInt64
    /// The selected clients in the order of selection.
    public var selected: [ClientID]
    /// The plan of each role that takes part.
    public var plans: [ClientRole: RoundPlan]
    /// The selected clients whose updates the round waits for; in production all of `selected`.
    public var expected: [ClientID]

    public init(
        round: UInt32,
        attempt: UInt32,
        modelVersion: UInt64,
        selected: [ClientID],
        plans: [ClientRole: RoundPlan],
        expected: [ClientID]
    ) {
        self.round = round
        self.attempt = attempt
        self.modelVersion = modelVersion
        self.selected = selected
        self.plans = plans
        self.expected = expected
    }
}
