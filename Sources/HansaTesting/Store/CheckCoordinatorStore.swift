import HansaCoordinator

/// Checks the laws of a `CoordinatorStore`.
///
/// Checked are: what is recovered after every call, also by a store opened anew, so that every gap of a round's close is
/// seen; that bytes are stored once, other bytes conflict, and digests outlive their payloads; that calls out of order
/// and foreign configurations are refused and change nothing; and that a stop before or after any single durable write,
/// of a call or of the opening after a stop, leaves the state before the call or the state after it, from which the run
/// goes on to the same end.
///
/// - Parameter make: A fresh place; called some hundred times.
/// - Returns: One violation for each law and case that failed; empty for a lawful store.
public func checkCoordinatorStore(make: @escaping () -> StorePlace) -> [LawViolation] {
    guard let script = StoreScript() else { return [LawViolation("script", "the checker's own script is not valid")] }
    let check = StoreCheck(script: script, make: make)
    check.checkRoundTrip()
    check.checkRepeats()
    check.checkOrder()
    check.checkStops()
    return check.violations
}
