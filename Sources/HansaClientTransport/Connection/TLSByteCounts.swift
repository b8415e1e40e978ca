/// Bytes on the sockets of all connections: frames, and TLS's records and handshakes around them.
public struct TLSByteCounts: Hashable, Sendable {
    public var sent: UInt64 = 0
    public var received: UInt64 = 0

    public init() {}
}
