import COpenSSL
import HansaClientWire
import HansaCore
import HansaWire

/// A scripted coordinator's end of one connection.
struct PeerConnection {
    static let run = RunID(high: 1, low: 2)
    static let client = ClientID(3)

    let ssl: OpaquePointer?
    /// Whether the TLS handshake went through.
    let isGreeted: Bool
    private var reader = FrameReader()
    private var waiting: [UInt8] = []
    private var session: UInt64 = 0
    private var sequence: UInt32 = 0

    init(ssl: OpaquePointer?, isGreeted: Bool) {
        self.ssl = ssl
        self.isGreeted = isGreeted
    }

    /// The next frame; fails where the client closed.
    mutating func next() throws -> (message: WireMessage, data: [UInt8]) {
        while true {
            var frame: Frame?
            var taken = 0
            try waiting.withUnsafeBytes { raw in
                var rest = raw
                frame = try reader.next(&rest) { (_) throws(WireError) in }
                taken = raw.count - rest.count
            }
            waiting.removeFirst(taken)
            if let frame {
                return (try ProtobufCCodec.decode(frame.message, kind: frame.header.kind), frame.data)
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else { throw TLSPeer.Failure("the client closed") }
            waiting += buffer[..<Int(count)]
        }
    }

    /// The next message, which must be of this kind; heartbeats are passed over.
    @discardableResult
    mutating func expect(_ kind: FrameKind) throws -> WireMessage {
        var message = try next().message
        while message.kind == .heartbeat { message = try next().message }
        guard message.kind == kind else { throw TLSPeer.Failure("got \(message.kind), expected \(kind)") }
        return message
    }

    mutating func send(_ message: WireMessage, data: [UInt8] = []) throws {
        let body = ProtobufCCodec.encode(message)
        let header = FrameHeader(
            kind: message.kind,
            messageByteCount: body.count,
            dataByteCount: data.count,
            session: session,
            sequence: sequence
        )
        sequence += 1
        var bytes: [UInt8] = []
        header.encode(into: &bytes)
        try send(raw: bytes + body + data)
    }

    mutating func send(raw bytes: [UInt8]) throws {
        guard SSL_write(ssl, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw TLSPeer.Failure("the client does not read")
        }
    }

    /// Hello and Welcome.
    mutating func welcome(run: RunID = run, contact: ContactMode = .stay) throws {
        guard isGreeted else { throw TLSPeer.Failure("no handshake") }
        guard case .hello(let hello) = try expect(.hello) else { return }
        let nonce = [UInt8](repeating: 7, count: WireLimits.nonceByteCount)
        session = SessionID.make(clientNonce: hello.nonce, serverNonce: nonce)
        try send(
            .welcome(
                Welcome(nonce: nonce, run: run, client: Self.client, contact: contact, resumeToken: nonce)
            )
        )
    }

    /// Hands out work and its model.
    mutating func handOut(_ work: LoopWork) throws {
        try expect(.workRequest)
        try send(work.message)
        try expect(.modelRequest)
        try send(.model(.follows(work.assignment.plan.model, totalByteCount: UInt64(work.content.count), offset: 0)))
        let content = work.content
        for start in stride(from: 0, to: content.count, by: WireLimits.chunkByteCountMax) {
            let end = min(content.count, start + WireLimits.chunkByteCountMax)
            try send(.modelChunk(offset: UInt64(start)), data: Array(content[start..<end]))
        }
    }

    /// Takes a whole update and does not answer it; its announcement and its bytes.
    mutating func takeUpload() throws -> (begin: UploadBegin, bytes: [UInt8]) {
        guard case .uploadBegin(let begin) = try expect(.uploadBegin) else { throw TLSPeer.Failure("no upload") }
        try send(.uploadGranted(begin.report.assignment, offset: 0, windowByteCount: 1 << 20))
        var bytes: [UInt8] = []
        while UInt64(bytes.count) < begin.totalByteCount {
            let (message, data) = try next()
            guard case .uploadChunk(let offset) = message, offset == UInt64(bytes.count) else {
                throw TLSPeer.Failure("got \(message.kind), expected a chunk at \(bytes.count)")
            }
            bytes += data
        }
        return (begin, bytes)
    }

    mutating func answer(_ id: AssignmentID, _ answer: SubmissionAnswer, retryMilliseconds: UInt32 = 0) throws {
        try send(.uploadAnswer(UploadAnswer(assignment: id, answer: answer, retryMilliseconds: retryMilliseconds)))
    }

    /// The run is over; the client says goodbye.
    mutating func finish() throws {
        try expect(.workRequest)
        try send(.work(.finished))
        try expect(.goodbye)
    }
}
