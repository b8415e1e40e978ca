import HansaWire

/// Every limit of a coordinator's server that can be configured; what the protocol fixes is in `WireLimits`.
public struct ServerLimits: Hashable, Sendable {
    /// The time for TLS and Hello, in milliseconds.
    public var greetingMilliseconds: UInt32 = 10_000
    /// The most bytes that a peer may send before its certificate is checked.
    public var greetingByteCountMax = 16_384
    /// The most connections that have not said Hello yet, in all.
    public var halfOpenCountMax = 1_024
    /// The same from one source address.
    public var halfOpenPerSourceCountMax = 256
    /// The most sessions.
    public var sessionCountMax = 16_384
    /// After so long without a frame from a client that does not train, its session ends.
    public var idleMilliseconds: UInt32 = 120_000
    /// After so long in which a peer takes none of what waits for it, its connection ends.
    public var writeMilliseconds: UInt32 = 60_000
    /// After how long of silence clients are asked to send a heartbeat.
    public var heartbeatMilliseconds: UInt32 = 30_000
    /// How long a request for work is held at most.
    public var holdMilliseconds: UInt32 = 20_000
    /// The most parameter bytes of a frame.
    public var chunkByteCountMax = UInt32(WireLimits.chunkByteCountMax)
    /// How far an upload may run ahead of what the coordinator has named.
    public var windowByteCount: UInt32 = 1 << 20
    /// How much may wait to be written to a peer before no further frame is made; one frame may go beyond it.
    public var writeByteCountHigh = 65_536
    /// How long a refused peer is still read from, so that it sees why it was refused before its connection ends.
    public var lingerMilliseconds: UInt32 = 1_000
    /// What a client is told to wait where it may try again, and what it adds or takes off at random at most.
    public var retryMilliseconds: UInt32 = 1_000
    public var retryJitterMilliseconds: UInt32 = 500
    /// How long a shutdown waits for decisions under way and for clients to leave.
    public var shutdownMilliseconds: UInt32 = 3_500
    /// The connections that the kernel holds until they are taken.
    public var backlog: Int32 = 1_024

    public init() {}

    /// Each limit's name and value, in order, as a server prints them at its start.
    public var table: [(name: String, value: UInt64)] {
        [
            ("greeting-milliseconds", UInt64(greetingMilliseconds)),
            ("greeting-bytes", UInt64(clamping: greetingByteCountMax)),
            ("half-open", UInt64(clamping: halfOpenCountMax)),
            ("half-open-per-source", UInt64(clamping: halfOpenPerSourceCountMax)),
            ("sessions", UInt64(clamping: sessionCountMax)),
            ("idle-milliseconds", UInt64(idleMilliseconds)),
            ("write-milliseconds", UInt64(writeMilliseconds)),
            ("heartbeat-milliseconds", UInt64(heartbeatMilliseconds)),
            ("hold-milliseconds", UInt64(holdMilliseconds)),
            ("chunk-bytes", UInt64(chunkByteCountMax)),
            ("window-bytes", UInt64(windowByteCount)),
            ("write-bytes", UInt64(clamping: writeByteCountHigh)),
            ("linger-milliseconds", UInt64(lingerMilliseconds)),
            ("retry-milliseconds", UInt64(retryMilliseconds)),
            ("retry-jitter-milliseconds", UInt64(retryJitterMilliseconds)),
            ("shutdown-milliseconds", UInt64(shutdownMilliseconds)),
            ("backlog", UInt64(clamping: backlog)),
        ]
    }
}
