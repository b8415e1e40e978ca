public import HansaCore

/// The coordinator's answer to a request for a model.
public enum ModelAnswer: Hashable, Sendable {
    /// Chunks follow from `offset` to `totalByteCount`.
    case follows(SHA256Digest, totalByteCount: UInt64, offset: UInt64)
    /// The client holds it, by its own word.
    case held(SHA256Digest)
    /// No round in progress starts from it any more.
    case gone(SHA256Digest)
}
