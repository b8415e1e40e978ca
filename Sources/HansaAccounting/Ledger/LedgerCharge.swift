import HansaCore

/// What a received update is charged under: the same bytes of the same work are one release however often they come.
struct LedgerCharge: Hashable, Sendable {
    let assignment: AssignmentID
    let payload: SHA256Digest
}
