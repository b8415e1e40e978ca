/// The limits of the protocol, which no negotiation widens.
public enum WireLimits {
    /// The protocol version that this program speaks; the only one so far.
    public static let version: UInt32 = 1
    /// The frame layout's version.
    public static let layoutVersion: UInt8 = 1
    /// The bytes of a frame's header.
    public static let headerByteCount = 24
    /// The most parameter bytes of one frame.
    public static let chunkByteCountMax = 262_144
    /// Hello, Welcome and Refusal: what a peer can make us hold before it is known.
    public static let greetingByteCountMax = 1_024
    /// Work: a plan, a schema, and some bytes around them.
    public static let workByteCountMax = planByteCountMax + schemaByteCountMax + 128
    /// A plan's canonical bytes.
    public static let planByteCountMax = 1 << 18
    /// A schema's canonical bytes.
    public static let schemaByteCountMax = 1 << 20
    /// UploadBegin: ten bytes for each of up to ``sectionCountMax`` sections, and some around them.
    ///
    /// Five bytes more for each of up to ``expertCountMax`` experts.
    public static let uploadBeginByteCountMax = 10 * sectionCountMax + 5 * expertCountMax + 256
    /// The sections of a plan.
    public static let sectionCountMax = 4_096
    /// The most experts whose loads are reported.
    public static let expertCountMax = 4_096
    /// The models that a client can say it holds.
    public static let heldModelCountMax = 8
    /// The bytes of a nonce or a token.
    public static let nonceByteCount = 32
    /// The client program's name and version.
    public static let buildByteCountMax = 64
    /// A refusal's words.
    public static let detailByteCountMax = 256
    /// Frames that one connection may carry in one direction, so that a sequence number is never used twice.
    public static let frameCountMax = UInt32.max
}
