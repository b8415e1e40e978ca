public import HansaCore

/// What the pipeline made of a training, and what the plan lets be said about it.
public struct TrainedUpdate: Sendable {
    public var encoded: EncodedUpdate
    public var summary: TrainingSummary
    /// The digest of `encoded.payload`, made where the training ran.
    public var payloadDigest: SHA256Digest

    public init(encoded: EncodedUpdate, summary: TrainingSummary) {
        self.encoded = encoded
        self.summary = summary
        payloadDigest = SHA256Digest(hashing: encoded.payload)
    }
}
