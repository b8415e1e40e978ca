import HansaClientWire
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaWire
import Testing

/// A coordinator's end that says exactly what a test tells it to, and knows nothing of states.
struct ScriptedCoordinator {
    static let run = RunID(high: 1, low: 2)
    static let client = ClientID(3)

    let clientNonce: [UInt8]
    let serverNonce: [UInt8]
    var sequence: UInt32 = 0
    var session: UInt64
    var reader = FrameReader()

    init(connection: UInt8 = 0) {
        clientNonce = [UInt8](repeating: connection, count: 32)
        serverNonce = [UInt8](repeating: connection &+ 128, count: 32)
        session = SessionID.make(clientNonce: clientNonce, serverNonce: serverNonce)
    }

    /// The bytes of the next frame.
    mutating func frame(_ message: WireMessage, data: [UInt8] = []) -> [UInt8] {
        defer { sequence += 1 }
        return Self.frame(message, data: data, session: session, sequence: sequence)
    }

    static func frame(
        _ message: WireMessage,
        data: [UInt8] = [],
        session: UInt64,
        sequence: UInt32
    ) -> [UInt8] {
        let body = ProtobufCCodec.encode(message)
        let header = FrameHeader(
            kind: message.kind,
            messageByteCount: body.count,
            dataByteCount: data.count,
            session: session,
            sequence: sequence
        )
        var bytes: [UInt8] = []
        header.encode(into: &bytes)
        return bytes + body + data
    }

    func welcome(chunk: UInt32 = 16) -> WireMessage {
        .welcome(
            Welcome(
                nonce: serverNonce,
                run: Self.run,
                client: Self.client,
                chunkByteCountMax: chunk,
                resumeToken: [UInt8](repeating: 9, count: 32)
            )
        )
    }
}

extension ClientSession {
    /// Takes bytes of an array.
    mutating func receive(_ bytes: [UInt8]) throws(WireError) -> [ClientSessionEvent] {
        var result: Result<[ClientSessionEvent], WireError> = .success([])
        bytes.withUnsafeBytes { raw in
            do throws(WireError) { result = .success(try receive(raw)) } catch { result = .failure(error) }
        }
        return try result.get()
    }

    /// All frames that it has to send now, read back.
    mutating func said() throws -> [Frame] {
        var frames: [Frame] = []
        while let next = nextFrame() {
            let bytes = next.head + next.data
            var reader = FrameReader()
            var frame: Frame?
            var error: WireError?
            bytes.withUnsafeBytes { raw in
                var rest = raw
                do throws(WireError) {
                    frame = try reader.next(&rest) { (_) throws(WireError) in }
                } catch let failure {
                    error = failure
                }
                if !rest.isEmpty { error = .malformedFrame }
            }
            if let error { throw error }
            frames.append(try #require(frame))
        }
        return frames
    }

    /// The messages that it has to send now.
    mutating func messages() throws -> [WireMessage] {
        try said().map { try ProtobufCCodec.decode($0.message, kind: $0.header.kind) }
    }
}
