/// What a selector may look at.
public struct SelectionRequest: Hashable, Sendable {
    /// The run's seed.
    public var seed: UInt64
    /// The round, from 1.
    public var round: UInt32
    public var attempt: UInt32
    /// The roster is 0 ..< `population`.
    public var population: UInt32
    /// How many clients to select.
    public var count: Int

    public init(seed: UInt64, round: UInt32, attempt: UInt32, population: UInt32, count: Int) {
        self.seed = seed
        self.round = round
        self.attempt = attempt
        self.population = population
        self.count = count
    }
}
