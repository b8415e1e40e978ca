public import HansaNumerics

/// What a strategy may look at when it plans a round; all of it is public.
public struct RoundContext: Sendable {
    /// The round, from 1.
    public var round: UInt32
    public var attempt: UInt32
    /// The number of rounds of the run.
    public var roundCount: UInt32
    /// How many clients are in the roster.
    public var population: Int
    /// How many updates the round aims at.
    public var cohort: Int
    public var schema: ParameterSchema
    /// The run's seed for reproducible draws, such as roles.
    public var seed: UInt64
    /// The largest sample count of the round's clients, where whoever runs it knows; in simulations.
    public var sampleCountMax: UInt32?

    public init(
        round: UInt32,
        attempt: UInt32,
        roundCount: UInt32,
        population: Int,
        cohort: Int,
        schema: ParameterSchema,
        seed: UInt64
    ) {
        self.round = round
        self.attempt = attempt
        self.roundCount = roundCount
        self.population = population
        self.cohort = cohort
        self.schema = schema
        self.seed = seed
    }
}
