public import HansaCore
public import HansaQuantization

/// The part of a scenario or coordinator configuration that a strategy is built from, already checked for types.
public struct StrategyConfiguration: Sendable {
    /// What every client does with its data; the learning rate is that of ``schedule`` at its highest.
    public var work: LocalWork
    /// The learning rate over the rounds.
    public var schedule: LearningRateSchedule
    public var weighting: WeightRule
    public var clip: ClipRule
    /// The widths of updates over the rounds.
    public var widths: BitWidthSchedule
    /// The public range of an update's coordinates, ± so much; per section where there are several.
    public var ranges: [SectionRange]
    /// The server's rule for applying the aggregate.
    public var optimizer: ServerOptimizerConfiguration
    public var returnedFields: ReturnedFields
    /// The noise; nil for none.
    public var noise: NoiseConfiguration?
    /// How many clients the roster has; nil where that is not known yet.
    public var population: Int?
    /// Keys that only this strategy knows, as plain numbers and words.
    public var options: [String: StrategyOption]

    public init(
        work: LocalWork,
        schedule: LearningRateSchedule = .constant,
        weighting: WeightRule,
        clip: ClipRule,
        widths: BitWidthSchedule,
        ranges: [SectionRange],
        optimizer: ServerOptimizerConfiguration = .sgd(learningRate: 1),
        returnedFields: ReturnedFields = [],
        noise: NoiseConfiguration? = nil,
        options: [String: StrategyOption] = [:]
    ) {
        self.work = work
        self.schedule = schedule
        self.weighting = weighting
        self.clip = clip
        self.widths = widths
        self.ranges = ranges
        self.optimizer = optimizer
        self.returnedFields = returnedFields
        self.noise = noise
        self.options = options
    }

    /// The work of one round, at the rate that the schedule gives it.
    public func work(in context: RoundContext) -> LocalWork {
        guard schedule != .constant else { return work }
        var work = work
        work.learningRate = schedule.rate(work.learningRate, round: context.round, of: context.roundCount)
        return work
    }
}
