/// Why an update cannot be aggregated, or an aggregate cannot be reported.
public enum AggregationError: Error, Equatable, Sendable {
    /// The payload has another length than the plan gives.
    case wrongByteCount(got: Int, expected: Int)
    /// No plan of the round is for this role.
    case unexpectedRole
    /// The weight is below 1 or above the plan's largest.
    case invalidWeight(got: Int64, max: Int64)
    /// An integer lies outside the lattice, or padding is not zero.
    case outsideLattice
    /// The assignment was taken in already.
    case duplicate
    /// More updates than the overflow bound was computed for.
    case cohortFull(max: Int)
    /// The two partial aggregates are of different rounds or shapes.
    case shapeMismatch
    /// Nothing was taken in.
    case empty
    /// The aggregate has a value that is not finite, so the model would be destroyed.
    case notFinite
    /// The strategy's stored state does not fit this strategy or model.
    case invalidState(String)
}
