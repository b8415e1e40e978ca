public import HansaCore
public import HansaWire

/// What a server sent, received and refused since its start, ended sessions included.
public struct TrafficReport: Hashable, Sendable {
    /// Whole frames, by what they were for, as the coordinator saw them.
    public var sent = ByteCounts()
    public var received = ByteCounts()
    /// Bytes of TLS, with its records and handshakes.
    public var rawSentByteCount: UInt64 = 0
    public var rawReceivedByteCount: UInt64 = 0
    /// Connections that were taken.
    public var connectionCount: UInt64 = 0
    /// Connections that ended before a certificate was accepted.
    public var failedHandshakeCount: UInt64 = 0
    /// Connections that were dropped at once, because too many had not said Hello.
    public var droppedConnectionCount: UInt64 = 0
    /// Sessions that were opened by a Hello.
    public var sessionCount: UInt64 = 0
    /// Sessions open now.
    public var openSessionCount = 0
    /// Sessions that ended with a refusal of ours, by its reason.
    public var refusals: [RefusalReason: UInt64] = [:]
    /// Updates that were refused, by the reason in their answer.
    public var refusedUpdates: [RefusalReason: UInt64] = [:]

    public init() {}
}
