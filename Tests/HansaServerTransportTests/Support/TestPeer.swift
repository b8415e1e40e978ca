import COpenSSL
import Foundation
import HansaClientWire
import HansaCore
import HansaWire

/// A client that says what a test wants it to, over libssl; it blocks, so it lives on a thread of its own.
final class TestPeer {
    enum Failure: Error, Equatable {
        case connect
        case handshake
        /// The connection ended where an answer was due, or TLS refused us.
        case closed
        case refused(RefusalReason)
        case unexpected(FrameKind)
    }

    private let socket: Int32
    private let context: OpaquePointer
    private let connection: OpaquePointer
    private var reader = FrameReader()
    private var pending: [UInt8] = []
    var session: UInt64 = 0
    var sequence: UInt32 = 0
    var welcome: Welcome?
    /// Bytes of whole frames.
    private(set) var sentByteCount = 0
    private(set) var receivedByteCount = 0

    /// Connects, without TLS yet.
    init(
        port: Int,
        certificates: TestCertificates,
        identity: String?,
        isOldTLS: Bool = false,
        receiveBufferByteCount: Int32? = nil
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var count = receiveBufferByteCount {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &count, socklen_t(MemoryLayout<Int32>.size))
        }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard let context = SSL_CTX_new(TLS_client_method()),
            let connection = SSL_new(Self.trust(context, certificates))
        else { throw Failure.connect }
        self.context = context
        self.connection = connection
        if isOldTLS { SSL_ctrl(connection, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil) }
        if let identity {
            guard SSL_use_certificate_chain_file(connection, certificates.path(identity)) == 1,
                SSL_use_PrivateKey_file(connection, certificates.key, SSL_FILETYPE_PEM) == 1
            else { throw Failure.connect }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0, SSL_set_fd(connection, socket) == 1 else { throw Failure.connect }
    }

    deinit {
        SSL_free(connection)
        SSL_CTX_free(context)
        close(socket)
    }

    private static func trust(_ context: OpaquePointer, _ certificates: TestCertificates) -> OpaquePointer {
        SSL_CTX_load_verify_locations(context, certificates.path("ca"), nil)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        return context
    }

    func secure() throws {
        guard SSL_connect(connection) == 1 else { throw Failure.handshake }
    }

    // MARK: Frames

    /// Says Hello and reads the welcome.
    @discardableResult
    func greet(_ change: (inout Hello) -> Void = { _ in }) throws -> Welcome {
        var generator = SystemRandomNumberGenerator()
        var hello = Hello(nonce: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }, build: "test")
        change(&hello)
        try send(.hello(hello))
        guard case .welcome(let welcome) = try next().message else { throw Failure.unexpected(.hello) }
        session = SessionID.make(clientNonce: hello.nonce, serverNonce: welcome.nonce)
        self.welcome = welcome
        return welcome
    }

    /// Sends a message in its frame, whose header a test may change.
    func send(_ message: WireMessage, data: [UInt8] = [], change: (inout FrameHeader) -> Void = { _ in }) throws {
        let body = ProtobufCCodec.encode(message)
        var header = FrameHeader(
            kind: message.kind,
            messageByteCount: body.count,
            dataByteCount: data.count,
            session: session,
            sequence: sequence
        )
        change(&header)
        sequence &+= 1
        var bytes: [UInt8] = []
        header.encode(into: &bytes)
        try write(bytes + body + data)
        sentByteCount += bytes.count + body.count + data.count
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { SSL_write(connection, $0.baseAddress, Int32($0.count)) }
            guard count > 0 else { throw Failure.closed }
            rest = rest.dropFirst(Int(count))
        }
    }

    /// The next frame that is neither a heartbeat nor a cancel; a refusal is thrown.
    func next() throws -> (message: WireMessage, data: [UInt8]) {
        while true {
            let frame = try nextFrame()
            let message = try ProtobufCCodec.decode(frame.message, kind: frame.header.kind)
            switch message {
            case .refusal(let refusal): throw Failure.refused(refusal.reason)
            case .heartbeat, .cancel: continue
            default: return (message, frame.data)
            }
        }
    }

    private func nextFrame() throws -> Frame {
        while true {
            let (frame, taken) = try pending.withUnsafeBytes { bytes in
                var rest = bytes
                let frame = try reader.next(&rest) { _ throws(WireError) in }
                return (frame, bytes.count - rest.count)
            }
            pending.removeFirst(taken)
            if let frame {
                receivedByteCount += WireLimits.headerByteCount + frame.header.bodyByteCount
                return frame
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = buffer.withUnsafeMutableBytes { SSL_read(connection, $0.baseAddress, Int32($0.count)) }
            guard count > 0 else { throw Failure.closed }
            pending += buffer[..<Int(count)]
        }
    }

    /// Reads until the connection ends, and says how the coordinator ended it.
    func ending() -> Failure? {
        do {
            while true { _ = try next() }
        } catch {
            return error as? Failure
        }
    }

    // MARK: Exchanges

    /// Asks until there is work; nil when the run is over.
    func work() throws -> Assignment? {
        while true {
            try send(.workRequest)
            switch try next().message {
            case .work(.wait): continue
            case .work(.finished): return nil
            case .work(.assigned(let id, let plan, _, _)):
                return Assignment(id: id, plan: try RoundPlan(canonicalBytes: plan))
            case let other: throw Failure.unexpected(other.kind)
            }
        }
    }

    func model(of assignment: Assignment) throws -> [UInt8] {
        try send(.modelRequest(ModelRequest(assignment: assignment.id, digest: assignment.plan.model)))
        guard case .model(.follows(_, let total, _)) = try next().message else { throw Failure.unexpected(.model) }
        var bytes: [UInt8] = []
        while bytes.count < Int(total) {
            guard case (.modelChunk(let offset), let data) = try next(), offset == UInt64(bytes.count) else {
                throw Failure.unexpected(.modelChunk)
            }
            bytes += data
        }
        return bytes
    }

    /// Announces an update, sends what is asked for within the window, and returns the answer.
    func submit(
        _ update: ClientUpdate,
        change: (inout UploadBegin) -> Void = { _ in }
    ) throws -> SubmissionAnswer {
        let count = UInt64(update.payload.count)
        var begin = UploadBegin(report: update.report, totalByteCount: count, sectionByteCounts: [count])
        change(&begin)
        try send(.uploadBegin(begin))
        var offset: UInt64 = 0
        var limit: UInt64 = 0
        var window: UInt64 = 0
        let chunk = UInt64(welcome?.chunkByteCountMax ?? 1)
        while true {
            while limit > 0, offset < count, min(count, offset + chunk) <= limit {
                let end = min(count, offset + chunk)
                try send(.uploadChunk(offset: offset), data: Array(update.payload[Int(offset)..<Int(end)]))
                offset = end
            }
            switch try next().message {
            case .uploadGranted(_, let start, let byteCount):
                offset = start
                window = UInt64(byteCount)
                limit = start + window
            case .uploadProgress(let named): limit = named + window
            case .uploadAnswer(let answer): return answer.answer
            case let other: throw Failure.unexpected(other.kind)
            }
        }
    }
}

/// Runs a body that blocks on a thread of its own, so that it holds none of the pool's.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
