/// Why a cohort cannot be selected.
public enum SelectionError: Error, Equatable, Sendable {
    /// The cohort is larger than the population.
    case cohortExceedsPopulation(cohort: Int, population: UInt32)
    /// A fixed schedule or a record says nothing, or something impossible, of this round.
    case noCohort(round: UInt32)
}
