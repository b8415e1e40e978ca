public import HansaCore

/// A payload as it comes out of a spool.
public struct SpooledPayload: Sendable {
    public var bytes: [UInt8]
    /// Whether part of it was left by an earlier process, whose unsynced bytes a power failure may have damaged: a wrong
    /// digest is then not the client's fault.
    public var isLeftOver: Bool
    /// The digest of the bytes, where the spool computed it while they arrived.
    public var digest: SHA256Digest?
    /// The file that the payload arrived in, where it did.
    public var file: PayloadFile?

    public init(bytes: [UInt8], isLeftOver: Bool, digest: SHA256Digest? = nil, file: PayloadFile? = nil) {
        self.bytes = bytes
        self.isLeftOver = isLeftOver
        self.digest = digest
        self.file = file
    }
}
