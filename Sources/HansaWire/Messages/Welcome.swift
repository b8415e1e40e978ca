public import HansaCore

/// The coordinator's answer to Hello.
public struct Welcome: Hashable, Sendable {
    public var version: UInt32
    /// 32 random bytes, fresh for each connection.
    public var nonce: [UInt8]
    public var run: RunID
    /// The client's number, which its certificate stands for.
    public var client: ClientID
    /// The largest number of parameter bytes in a frame, 1 to 262,144.
    public var chunkByteCountMax: UInt32
    public var heartbeatMilliseconds: UInt32
    public var idleMilliseconds: UInt32
    /// How long a request for work may go unanswered.
    public var holdMilliseconds: UInt32
    public var contact: ContactMode
    /// For the next Hello, 32 bytes.
    public var resumeToken: [UInt8]

    public init(
        version: UInt32 = WireLimits.version,
        nonce: [UInt8],
        run: RunID,
        client: ClientID,
        chunkByteCountMax: UInt32 = UInt32(WireLimits.chunkByteCountMax),
        heartbeatMilliseconds: UInt32 = 30_000,
        idleMilliseconds: UInt32 = 120_000,
        holdMilliseconds: UInt32 = 20_000,
        contact: ContactMode = .stay,
        resumeToken: [UInt8]
    ) {
        self.version = version
        self.nonce = nonce
        self.run = run
        self.client = client
        self.chunkByteCountMax = chunkByteCountMax
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.idleMilliseconds = idleMilliseconds
        self.holdMilliseconds = holdMilliseconds
        self.contact = contact
        self.resumeToken = resumeToken
    }
}
