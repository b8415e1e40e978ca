import HansaCore
import HansaServerWire
import HansaWire

/// A server session with a client that can say anything, right or wrong.
struct ServerHarness {
    static let client = ClientID(3)
    static let clientNonce = [UInt8](0..<32)
    static let serverNonce = [UInt8](32..<64)
    static let assignment = AssignmentID(round: 1, attempt: 0, client: client, fence: 0)
    static let digest = SHA256Digest(hashing: [1])
    static let request = ModelRequest(assignment: assignment, digest: digest)
    static let begin = begin(totalByteCount: 4)

    var session: ServerSession
    var sessionID: UInt64 = 0
    var sequence: UInt32 = 0

    init(chunkByteCountMax: UInt32 = 2, windowByteCount: UInt32 = 4) {
        session = ServerSession(
            configuration: ServerSession.Configuration(
                run: RunID(high: 1, low: 2),
                chunkByteCountMax: chunkByteCountMax,
                windowByteCount: windowByteCount
            ),
            client: Self.client,
            nonce: Self.serverNonce,
            resumeToken: [UInt8](repeating: 5, count: 32)
        )
    }

    static func begin(totalByteCount: UInt64, assignment: AssignmentID = assignment) -> UploadBegin {
        UploadBegin(
            report: UpdateReport(
                assignment: assignment,
                planDigest: digest,
                sampleCount: 1,
                payloadDigest: digest
            ),
            totalByteCount: totalByteCount,
            sectionByteCounts: [totalByteCount]
        )
    }

    /// A session that has said welcome.
    static func opened() throws -> ServerHarness {
        var harness = ServerHarness()
        _ = try harness.send(.hello(Hello(nonce: clientNonce, build: "test")))
        harness.sessionID = SessionID.make(clientNonce: clientNonce, serverNonce: serverNonce)
        _ = try harness.taken()
        return harness
    }

    /// The bytes of the client's next frame.
    mutating func bytes(_ message: WireMessage, data: [UInt8] = []) -> [UInt8] {
        let body = SwiftProtobufCodec.encode(message)
        var bytes: [UInt8] = []
        FrameHeader(
            kind: message.kind,
            messageByteCount: body.count,
            dataByteCount: data.count,
            session: sessionID,
            sequence: sequence
        ).encode(into: &bytes)
        sequence += 1
        return bytes + body + data
    }

    mutating func send(_ message: WireMessage, data: [UInt8] = []) throws -> [ServerSessionEvent] {
        try receive(bytes(message, data: data))
    }

    mutating func receive(_ bytes: [UInt8]) throws -> [ServerSessionEvent] {
        try bytes.withUnsafeBytes { try session.receive($0) }
    }

    /// Everything that the session has to say, as messages with their headers.
    mutating func taken() throws -> [(FrameHeader, WireMessage)] {
        var messages: [(FrameHeader, WireMessage)] = []
        while let frame = session.nextFrame() {
            let header = try FrameHeader(Array(frame.head.prefix(WireLimits.headerByteCount)))
            let body = Array(frame.head.dropFirst(WireLimits.headerByteCount))
            messages.append((header, try SwiftProtobufCodec.decode(body, kind: header.kind)))
        }
        return messages
    }
}
