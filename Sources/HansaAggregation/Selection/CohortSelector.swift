public import HansaCore

/// Chooses the clients of a round.
///
/// A pure function of its request, so that a run can be repeated.
public protocol CohortSelector: Sendable {
    /// `count` distinct clients of the roster 0 ..< `population`, in the order of selection.
    func select(_ request: SelectionRequest) throws(SelectionError) -> [ClientID]
}
