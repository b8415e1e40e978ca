public import HansaCore

/// What a check of a whole state folder looked at: counts for whoever asked, after everything was found good.
public struct StateReport: Hashable, Sendable {
    /// The run; nil for a folder whose run has not begun.
    public var run: RunID?
    /// The current model's version and digest.
    public var version: UInt64 = 0
    public var modelDigest: SHA256Digest?
    /// How many attempts were committed, and how many given up.
    public var committedCount = 0
    public var abortedCount = 0
    /// How many contributions are stored, and how many of them are in a model.
    public var contributionCount = 0
    public var countedCount = 0
    /// How many payloads of the round in progress were read and hashed, and how many checkpoint files.
    public var payloadCount = 0
    public var checkpointCount = 0
    /// How often the folder was opened again to go on with its run.
    public var restartCount = 0
}
