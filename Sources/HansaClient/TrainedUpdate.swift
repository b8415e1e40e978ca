public import HansaCore

/// What the pipeline made of a training, and what the plan lets be said about it.
public struct TrainedUpdate: Sendable {
    public var encoded: EncodedUpdate
    public var summary: TrainingSummary
    /// The digest of `encoded.payload`, made where the training ran.
    public var payloadDigest: SHA256Digest
    /// The byte count of each section, in the plan's order, where the update travels by frames; else empty.
    public var sectionByteCounts: [UInt64] = []

    /// Why training gave nothing, where the plan's noise hides that it did: for the owner alone.
    public var failure: RefusalReason?

    #if !hasFeature(Embedded)
    /// How many tokens each expert learned from; empty for models without experts.
    public var expertLoads: [UInt32] = []
    /// What the client remembers once this is recorded; see `ClientMemory`.
    public var localState: [UInt8] = []
    #endif

    public init(encoded: EncodedUpdate, summary: TrainingSummary) {
        self.init(encoded: encoded, summary: summary, payloadDigest: SHA256Digest(hashing: encoded.payload))
    }

    /// With the digest that was made where the training ran.
    public init(encoded: EncodedUpdate, summary: TrainingSummary, payloadDigest: SHA256Digest) {
        self.encoded = encoded
        self.summary = summary
        self.payloadDigest = payloadDigest
    }
}
