/// A payload as it comes out of a spool.
public struct SpooledPayload: Hashable, Sendable {
    public var bytes: [UInt8]
    /// Whether part of it was left by an earlier process, whose unsynced bytes a power failure may have damaged: a wrong
    /// digest is then not the client's fault.
    public var isLeftOver: Bool

    public init(bytes: [UInt8], isLeftOver: Bool) {
        self.bytes = bytes
        self.isLeftOver = isLeftOver
    }
}
