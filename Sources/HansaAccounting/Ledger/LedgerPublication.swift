public import HansaCore
public import HansaPrivacy

/// A published model as a ledger's line has it, to be compared with other records of the same run.
public struct LedgerPublication: Hashable, Sendable {
    public let round: UInt32
    public let attempt: UInt32
    public let version: UInt64
    /// Who added the noise; nil for none.
    public let placement: NoisePlacement?
    /// Whose updates made it, ascending: of one role.
    public let clients: [ClientID]
}
