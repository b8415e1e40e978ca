public import HansaCore

/// Chooses the clients of a round. A pure function of its request, so that a run can be repeated.
public protocol CohortSelector: Sendable {
    /// `count` distinct clients of the roster 0 ..< `population`, in the order of selection.
    func select(_ request: SelectionRequest) throws(SelectionError) -> [ClientID]
}

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

/// Why a cohort cannot be selected.
public enum SelectionError: Error, Equatable, Sendable {
    /// The cohort is larger than the population.
    case cohortExceedsPopulation(cohort: Int, population: UInt32)
    /// A fixed schedule or a record says nothing, or something impossible, of this round.
    case noCohort(round: UInt32)
}
