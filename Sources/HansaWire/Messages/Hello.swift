public import HansaCore

/// A client's first message: what it speaks and what it can do.
public struct Hello: Hashable, Sendable {
    public var versionMin: UInt32
    public var versionMax: UInt32
    /// 32 random bytes, fresh for each connection.
    public var nonce: [UInt8]
    public var capabilities: Capabilities
    /// The highest plan format that the client reads.
    public var planFormatMax: UInt32
    /// Bit n: job kind n.
    public var jobKinds: UInt64
    /// Bit n: noise mechanism n.
    public var mechanisms: UInt64
    /// Bit n: integers of n bits.
    public var widths: UInt64
    /// Bit n: section encoding n.
    public var codecs: UInt64
    /// Bit n: trainer kind n.
    public var trainerKinds: UInt64
    /// Memory for training in bytes, 0 for not said.
    public var memoryByteCount: UInt64
    /// The program's name and version, at most 64 bytes.
    public var build: String
    /// The token of the session before, empty or 32 bytes.
    public var resumeToken: [UInt8]

    public init(
        versionMin: UInt32 = WireLimits.version,
        versionMax: UInt32 = WireLimits.version,
        nonce: [UInt8],
        capabilities: Capabilities = .known,
        planFormatMax: UInt32 = 1,
        jobKinds: UInt64 = 1 << 1,
        mechanisms: UInt64 = 1,
        widths: UInt64 = 0x1_FFFF_FFFC,
        codecs: UInt64 = 0b11,
        trainerKinds: UInt64 = TrainerKind.exact.bit,
        memoryByteCount: UInt64 = 0,
        build: String,
        resumeToken: [UInt8] = []
    ) {
        self.versionMin = versionMin
        self.versionMax = versionMax
        self.nonce = nonce
        self.capabilities = capabilities
        self.planFormatMax = planFormatMax
        self.jobKinds = jobKinds
        self.mechanisms = mechanisms
        self.widths = widths
        self.codecs = codecs
        self.trainerKinds = trainerKinds
        self.memoryByteCount = memoryByteCount
        self.build = build
        self.resumeToken = resumeToken
    }
}
