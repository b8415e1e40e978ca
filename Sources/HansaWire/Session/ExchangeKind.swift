/// What a client and the coordinator exchange for one assignment.
public enum ExchangeKind: UInt8, CaseIterable, Sendable {
    /// The assignment itself: plan and schema.
    case work = 0
    /// The model to start from.
    case model = 1
    /// The update and its answer.
    case upload = 2

    /// Its bit in the log's record of an assignment.
    var bit: UInt8 { 1 << rawValue }
}
