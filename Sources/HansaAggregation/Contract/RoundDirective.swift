public import HansaCore
public import HansaQuantization

/// A strategy's part of the plan for one role in one round.
public struct RoundDirective: Sendable {
    public var work: LocalWork
    /// What clients make of the model with their data.
    public var algorithm: LocalAlgorithm = .descent
    /// Whether clients leave out the sections of experts that learned from no token.
    public var omitsIdleExperts = false
    public var weighting: WeightRule
    public var clip: ClipRule
    public var noise: NoisePlan
    public var down: [SectionPlan]
    public var up: [SectionPlan]
    public var returnedFields: ReturnedFields
    public var requiredCapabilities: Capabilities

    public init(
        work: LocalWork,
        weighting: WeightRule,
        clip: ClipRule,
        noise: NoisePlan = .none,
        down: [SectionPlan],
        up: [SectionPlan],
        returnedFields: ReturnedFields,
        requiredCapabilities: Capabilities
    ) {
        self.work = work
        self.weighting = weighting
        self.clip = clip
        self.noise = noise
        self.down = down
        self.up = up
        self.returnedFields = returnedFields
        self.requiredCapabilities = requiredCapabilities
    }
}
