import HansaServerWire
import HansaWire

/// What the coordinator of a framed simulation tells its clients; as in a deployment unless stated.
public struct FramedSettings: Hashable, Sendable {
    /// The most parameter bytes of a frame, 1 to 262,144.
    public var chunkByteCountMax: UInt32
    /// How far an upload may run ahead, at least two chunks.
    public var windowByteCount: UInt32

    public init(chunkByteCountMax: UInt32? = nil, windowByteCount: UInt32? = nil) {
        self.chunkByteCountMax = chunkByteCountMax ?? UInt32(WireLimits.chunkByteCountMax)
        self.windowByteCount = windowByteCount ?? ServerSession.Configuration.windowByteCountDefault
    }
}
