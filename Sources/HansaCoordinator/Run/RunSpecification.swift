public import HansaAggregation
public import HansaCore
public import HansaNumerics
public import HansaQuantization
public import HansaResults

/// Everything a run is, as the coordinator needs it.
public struct RunSpecification: Sendable {
    /// Where the cohorts come from.
    public enum Participation: Sendable {
        /// Each round's cohort is selected.
        case selected(any CohortSelector)
        /// Each round's cohort is that of a finished run's record.
        case recorded([ParticipationRecord])
    }

    public var run: RunID
    /// The run's seed: selection, outcomes and, in simulations, every client's stream.
    public var seed: UInt64
    /// The roster is 0 ..< `population`.
    public var population: UInt32
    /// How many rounds are to be committed.
    public var roundCount: UInt32
    public var policy: RoundPolicy
    public var participation: Participation
    public var strategy: any Strategy
    public var schema: ParameterSchema
    /// The initial parameters, in schema order.
    public var initialParameters: [Float]
    /// The width of the integers that the model is sent in; nil for float32.
    public var modelWidth: BitWidth?
    /// What the privacy ledger prints, and the budgets.
    public var privacy: RunPrivacy
    /// How many examples each client has, in a simulation, which knows; empty otherwise.
    public var sampleCounts: [UInt32] = []
    /// The digest of everything that decides the model, compared when a store is opened again.
    public var configurationDigest: SHA256Digest

    public init(
        run: RunID,
        seed: UInt64,
        population: UInt32,
        roundCount: UInt32,
        policy: RoundPolicy,
        participation: Participation,
        strategy: any Strategy,
        schema: ParameterSchema,
        initialParameters: [Float],
        modelWidth: BitWidth? = nil,
        privacy: RunPrivacy = RunPrivacy(),
        configurationDigest: SHA256Digest
    ) {
        self.run = run
        self.seed = seed
        self.population = population
        self.roundCount = roundCount
        self.policy = policy
        self.participation = participation
        self.strategy = strategy
        self.schema = schema
        self.initialParameters = initialParameters
        self.modelWidth = modelWidth
        self.privacy = privacy
        self.configurationDigest = configurationDigest
    }
}
