public import HansaCore
public import HansaResults

/// One update that a coordinator ever made durable, and what became of it: a line of the contributions' ledger.
public struct Contribution: Hashable, Sendable {
    /// What became of an update.
    public enum Verdict: Hashable, Sendable {
        /// It is in the model from this version on.
        case counted(version: UInt64)
        /// It arrived and is in no model; with the reason where the round was given up.
        case notCounted(ParticipationRecord.AbortReason?)
        /// Its round is still in progress.
        case pending
    }

    public var assignment: AssignmentID
    /// The client's name in the roster; nil where the run has none.
    public var name: String?
    /// SHA-256 of the payload.
    public var payloadDigest: SHA256Digest
    /// The payload's bytes; nil where an older version did not note them.
    public var payloadByteCount: Int?
    public var verdict: Verdict
}
