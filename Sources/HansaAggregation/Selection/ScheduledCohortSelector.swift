public import HansaCore

/// A fixed list of cohorts: round r takes row (r − 1) mod rows, in every attempt.
///
/// For runs that must be compared with a reference that drew its own cohorts. A row that is not `count` distinct clients
/// of the roster is refused.
public struct ScheduledCohortSelector: CohortSelector {
    public let cohorts: [[ClientID]]

    public init(_ cohorts: [[ClientID]]) {
        self.cohorts = cohorts
    }

    public func select(_ request: SelectionRequest) throws(SelectionError) -> [ClientID] {
        guard request.round >= 1, !cohorts.isEmpty else { throw .noCohort(round: request.round) }
        guard request.count <= Int(request.population) else {
            throw .cohortExceedsPopulation(cohort: request.count, population: request.population)
        }
        let row = cohorts[Int(request.round - 1) % cohorts.count]
        guard row.count == request.count, Set(row).count == row.count,
            row.allSatisfy({ $0.number < request.population })
        else { throw .noCohort(round: request.round) }
        return row
    }
}
