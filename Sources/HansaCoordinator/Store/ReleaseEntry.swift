public import HansaCore

/// The ledger's line for one release: durable before the model that it describes becomes current.
///
/// Without noise it says so; mechanisms and their parameters come with the first noise plan.
public struct ReleaseEntry: Hashable, Sendable {
    public var round: UInt32
    public var attempt: UInt32
    /// The version the release will become.
    public var version: UInt64
    /// The digest of the plan, or of the plans of all roles in the order of their numbers.
    public var planDigest: SHA256Digest
    public var noise: NoisePlan
    /// The secret seed of central noise, stored in the same transaction so that it is never drawn again; empty without.
    public var noiseSeed: [UInt8]

    public init(
        round: UInt32,
        attempt: UInt32,
        version: UInt64,
        planDigest: SHA256Digest,
        noise: NoisePlan,
        noiseSeed: [UInt8] = []
    ) {
        self.round = round
        self.attempt = attempt
        self.version = version
        self.planDigest = planDigest
        self.noise = noise
        self.noiseSeed = noiseSeed
    }
}
