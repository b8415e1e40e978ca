/// Why an update cannot be aggregated, or an aggregate cannot be reported.
public enum AggregationError: Error, Equatable, Sendable {
    /// The payload has another length than the plan gives.
    case wrongByteCount(got: Int, expected: Int)
    /// No plan of the round is for this role.
    case unexpectedRole
    /// The weight is below 1 or above the plan's largest.
    case invalidWeight(got: Int64, max: Int64)
    /// An update says of another number of experts how many tokens they learned from.
    case wrongLoadCount(got: Int, expected: Int)
    /// An integer lies outside the lattice, or padding is not zero.
    case outsideLattice
    /// The assignment was taken in already.
    case duplicate
    /// More updates than the overflow bound was computed for.
    case cohortFull(max: Int)
    /// Two partial aggregates, the plans of two roles, or an aggregate and the model do not belong together.
    case shapeMismatch
    /// Nothing was taken in.
    case empty
    /// Fewer updates than the strategy's rule can work with.
    case tooFewUpdates(got: Int, expected: Int)
    /// The strategy needs a training loss and the update has none.
    case missingLoss
    /// The aggregate has a value that is not finite, so the model would be destroyed.
    case notFinite
    /// A role's algorithm needs a companion vector, and the strategy gives none that fits the model.
    case missingCompanion
    /// The aggregator cannot add the coordinator's noise.
    case noiseUnsupported
    /// The strategy's stored state does not fit this strategy or model.
    case invalidState(String)
    /// The configuration does not fit the model or the round; found when the first plan is made.
    case configuration(ConfigurationError)
}

extension AggregationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongByteCount(let got, let expected): "the payload has \(got) bytes, the plan gives \(expected)"
        case .unexpectedRole: "no plan of this round is for the update's role"
        case .invalidWeight(let got, let max): "the weight is \(got), the plan allows 1 to \(max)"
        case .wrongLoadCount(let got, let expected): "the loads are of \(got) experts, expected \(expected)"
        case .outsideLattice: "an integer lies outside the plan's lattice, or padding is not zero"
        case .duplicate: "an update of this assignment was taken in already"
        case .cohortFull(let max): "the sum was bounded for \(max) updates and holds as many"
        case .shapeMismatch: "the aggregates, plans or model do not belong together"
        case .empty: "no update was taken in"
        case .tooFewUpdates(let got, let expected):
            "\(got) updates came, the strategy's rule needs \(expected); raise the quorum or lower 'byzantine'"
        case .missingLoss: "the update has no training loss, which decides what it counts"
        case .notFinite: "the new model would hold a value that is not finite; lower the server's learning rate"
        case .missingCompanion: "the strategy gives no vector that fits the model to the role that needs one"
        case .noiseUnsupported: "this strategy's aggregator cannot add central noise; use local or distributed noise"
        case .invalidState(let reason): "the stored state does not fit: \(reason)"
        case .configuration(let error): error.description
        }
    }
}
