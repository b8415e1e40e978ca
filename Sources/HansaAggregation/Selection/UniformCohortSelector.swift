public import HansaCore
import HansaNumerics

/// Uniform selection without replacement: every cohort of the asked size is equally likely.
///
/// The first `count` steps of Fisher and Yates' shuffle of 0 ..< `population`, of which only the entries that moved are
/// kept, so memory and time follow the cohort and not the roster. The draws are the stream (seed, round, attempt) for
/// the purpose `selection`.
public struct UniformCohortSelector: CohortSelector {
    public init() {}

    public func select(_ request: SelectionRequest) throws(SelectionError) -> [ClientID] {
        guard request.count >= 0 else { throw .noCohort(round: request.round) }
        guard request.count <= Int(request.population) else {
            throw .cohortExceedsPopulation(cohort: request.count, population: request.population)
        }
        var stream = RandomStream(
            seed: request.seed,
            round: request.round,
            purpose: .selection,
            attempt: request.attempt
        )
        // What stands at a position of the shuffled roster; its own number where nothing is kept.
        var moved: [UInt32: UInt32] = [:]
        var cohort: [ClientID] = []
        cohort.reserveCapacity(request.count)
        for index in 0..<UInt32(request.count) {
            let drawn = index + UInt32(truncatingIfNeeded: stream.next(below: UInt64(request.population - index)))
            cohort.append(ClientID(moved[drawn] ?? drawn))
            // Positions up to `index` are never looked at again.
            let displaced = moved.removeValue(forKey: index) ?? index
            if drawn != index { moved[drawn] = displaced }
        }
        return cohort
    }
}
