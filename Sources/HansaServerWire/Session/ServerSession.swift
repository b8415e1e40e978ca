public import HansaCore
public import HansaWire

/// The coordinator's side of one connection: bytes in, events out; answers in, frames out.
///
/// A transport makes one when a client's certificate has been checked, gives it every byte that arrives, answers its
/// events, and writes what ``nextFrame()`` gives while the connection takes more. No I/O, no clock.
///
/// Memory is bounded whatever the client does: at most one incomplete frame, one open answer, two progress reports, one
/// heartbeat and `cancelCountMax` cancels are held; parameter bytes are handed on chunk by chunk, and a model's content
/// is shared by all sessions.
public struct ServerSession: Sendable {
    /// The cancels that wait for a client that does not read; older ones are dropped, because a cancel only spares work.
    static let cancelCountMax = 16

    let configuration: Configuration
    /// Whose certificate this connection showed.
    public let client: ClientID
    let nonce: [UInt8]
    let resumeToken: [UInt8]

    var state: SessionState = .greeting
    /// What the client said that it can do.
    var capabilities: Capabilities = []
    var planFormatMax: UInt32 = 0
    var reader = FrameReader()
    /// Set by an error of ``receive(_:)``: what follows can not be told apart any more.
    var isUnreadable = false
    /// 0 before Hello.
    var sessionID: UInt64 = 0
    var nextInboundSequence: UInt32 = 0
    var nextOutboundSequence: UInt32 = 0
    /// The bytes of the question that is open, whose class its answer decides.
    var openByteCount = 0
    var queue: [QueuedMessage] = []
    var outgoingModel: OutgoingModel?

    /// Whole frames handed out, by what they are for.
    public internal(set) var sent = ByteCounts()
    /// Whole frames taken in, by what they are for; a question counts once it is answered.
    public internal(set) var received = ByteCounts()

    /// - Parameters:
    ///   - client: the number that the certificate's name has in the roster.
    ///   - nonce: 32 fresh random bytes.
    ///   - resumeToken: 32 bytes for the client's next Hello.
    public init(configuration: Configuration, client: ClientID, nonce: [UInt8], resumeToken: [UInt8]) {
        precondition(nonce.count == WireLimits.nonceByteCount, "a nonce has 32 bytes")
        precondition(resumeToken.count == WireLimits.nonceByteCount, "a resume token has 32 bytes")
        self.configuration = configuration
        self.client = client
        self.nonce = nonce
        self.resumeToken = resumeToken
    }

    /// Whether the client said that it can follow the plan with these canonical bytes; other work it is not given.
    public func canFollow(_ plan: [UInt8]) -> Bool {
        guard let needed = RoundPlan.requirements(ofCanonicalBytes: plan) else { return false }
        return UInt32(needed.format) <= planFormatMax && capabilities.isSuperset(of: needed.capabilities)
    }

    /// Whether Hello was taken and the session goes on.
    public var isOpen: Bool {
        switch state {
        case .greeting, .ended: false
        default: true
        }
    }

    /// Whether a refusal or goodbye was queued or received: write what ``nextFrame()`` still gives, then close.
    public var isEnded: Bool {
        if case .ended = state { true } else { false }
    }

    /// Whether a question of the client is open: the answer is not handed out yet.
    public var hasOpenQuestion: Bool {
        switch state {
        case .asked, .fetching, .announced, .deciding: true
        case .greeting, .idle, .uploading, .draining, .ended: false
        }
    }

    /// The bytes that wait for the rest of their frame.
    public var bufferedByteCount: Int { reader.bufferedByteCount }
}
