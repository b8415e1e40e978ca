public import HansaCore
public import HansaNumerics
public import HansaWire

/// A client's side of the protocol, without a socket: bytes that arrived go in, frames to send and events come out.
///
/// It lives as long as the process, over many connections. The transport calls ``connect(nonce:)`` for each new one,
/// gives it what arrives, writes what ``nextFrame()`` returns and tells it when the connection is gone; the client's
/// agent tells it what it wants. One operation is wanted at a time: work, a model, or an upload; it is asked again on
/// each connection until it is answered. A different operation takes its place; where the coordinator still owes an
/// answer to the one before, it is asked after that.
///
/// Memory: one frame, one model, the update (shared with the caller), and at most 16 withdrawals. The clock, randomness
/// and reconnecting are the transport's.
public struct ClientSession: Sendable {
    /// What the client says of itself in Hello.
    public struct Configuration: Hashable, Sendable {
        public var capabilities: Capabilities
        /// The highest plan format that the client reads.
        public var planFormatMax: UInt32
        public var trainerKinds: [TrainerKind]
        /// Bit n: noise mechanism n; bit 0 stands for none of them.
        public var mechanisms: UInt64
        /// Memory for training in bytes, 0 for not said.
        public var memoryByteCount: UInt64
        /// The program's name and version; what is beyond 64 bytes is left out.
        public var build: String

        public init(
            capabilities: Capabilities = .known,
            planFormatMax: UInt32 = UInt32(RoundPlan.formatVersionMax),
            trainerKinds: [TrainerKind] = [.exact],
            mechanisms: UInt64 = 0b1111,
            memoryByteCount: UInt64 = 0,
            build: String
        ) {
            self.capabilities = capabilities
            self.planFormatMax = planFormatMax
            self.trainerKinds = trainerKinds
            self.mechanisms = mechanisms
            self.memoryByteCount = memoryByteCount
            self.build = build
        }
    }

    /// The state of the connection.
    enum Phase: Sendable {
        /// There is none.
        case closed
        /// Hello is sent or about to be; the nonce is in it.
        case greeting(nonce: [UInt8])
        case open
        /// One side ended the session; only a refusal may still be sent.
        case ended
    }

    /// Withdrawals that wait to be sent; beyond it the oldest is dropped, and its lease ends by itself.
    static let withdrawalCountMax = 16

    let configuration: Configuration
    var phase = Phase.closed
    var sessionID: UInt64 = 0
    var sentFrameCount: UInt32 = 0
    var receivedFrameCount: UInt32 = 0
    var reader = FrameReader()
    var log = ExchangeLog()
    var resumeToken: [UInt8] = []

    /// What the agent wants.
    var operation: ClientOperation?
    /// What the coordinator was asked on this connection and has not answered.
    var question: ClientQuestion?
    /// The model that was asked for last, as far as it is here.
    var partialModel: PartialModel?

    var greetsNext = false
    var withdrawals: [(AssignmentID, RefusalReason)] = []
    var heartbeatIsDue = false
    var goodbyeIsDue = false
    var dueRefusal: Refusal?

    /// What the coordinator said at the start of this connection; nil before that.
    public internal(set) var welcome: Welcome?
    /// Bytes of the frames that ``nextFrame()`` returned.
    public internal(set) var sent = ByteCounts()
    /// Bytes of the whole frames that arrived.
    public internal(set) var received = ByteCounts()

    public init(configuration: Configuration) { self.configuration = configuration }

    /// Whether the coordinator has welcomed us and neither side has ended the session.
    public var isOpen: Bool {
        if case .open = phase { true } else { false }
    }

    /// A new connection is up.
    ///
    /// - Parameter nonce: 32 random bytes that were never used before.
    public mutating func connect(nonce: [UInt8]) {
        precondition(nonce.count == WireLimits.nonceByteCount, "the transport draws 32 bytes")
        disconnected()
        phase = .greeting(nonce: nonce)
        greetsNext = true
    }

    /// The connection is gone; what is wanted is asked again on the next one.
    public mutating func disconnected() {
        phase = .closed
        sessionID = 0
        sentFrameCount = 0
        receivedFrameCount = 0
        reader = FrameReader()
        question = nil
        welcome = nil
        greetsNext = false
        heartbeatIsDue = false
        goodbyeIsDue = false
        dueRefusal = nil
    }

    /// Asks for work.
    public mutating func requestWork() { operation = .work }

    /// Asks for the model of an assignment; what is here of the same model is kept.
    ///
    /// - Parameters:
    ///   - assignment: one that this session reported in ``ClientSessionEvent/workAnswered(_:schema:)``.
    ///   - schema: the one reported with it.
    public mutating func fetchModel(of assignment: Assignment, schema: ParameterSchema) {
        let model = PartialModel(plan: assignment.plan, schema: schema)
        if partialModel?.isSame(as: model) != true { partialModel = model }
        operation = .model(assignment.id)
    }

    /// Submits an update.
    ///
    /// - Parameters:
    ///   - update: the same bytes every time that it is submitted.
    ///   - sectionByteCounts: the byte counts of the payload's sections, in the plan's order.
    public mutating func submit(_ update: ClientUpdate, sectionByteCounts: [UInt64]) {
        let begin = UploadBegin(
            report: update.report,
            totalByteCount: UInt64(update.payload.count),
            sectionByteCounts: sectionByteCounts
        )
        operation = .upload(Submission(begin: begin, payload: update.payload))
    }

    /// Gives an assignment back; it is said as soon as a session is open.
    public mutating func withdraw(_ id: AssignmentID, reason: RefusalReason) {
        if withdrawals.count == Self.withdrawalCountMax { withdrawals.removeFirst() }
        withdrawals.append((id, reason))
    }

    /// Says that the client is there, if a session is open.
    public mutating func heartbeat() { heartbeatIsDue = isOpen }

    /// Ends the session in an orderly way: after what is sent already and the withdrawals.
    public mutating func goodbye() { goodbyeIsDue = isOpen }

    /// Ends the session because of what the coordinator sent; the transport writes the frame and closes.
    public mutating func refuse(_ error: WireError) {
        if case .closed = phase { return }
        guard dueRefusal == nil else { return }
        phase = .ended
        dueRefusal = Refusal(reason: error.reason)
    }
}
