import FuzzDriver
import Glibc
import HansaClientWire
import HansaCore
import HansaWire

/// What a coordinator could send: the input starts after a good Welcome, each of its frames mended to the session and its
/// sequence number, so that the input gets further than its first frame.
func examine(_ bytes: [UInt8]) {
    let clientNonce = [UInt8](repeating: 1, count: 32)
    let serverNonce = [UInt8](repeating: 2, count: 32)
    let number = SessionID.make(clientNonce: clientNonce, serverNonce: serverNonce)
    var session = ClientSession(configuration: ClientSession.Configuration(build: "fuzz"))
    session.connect(nonce: clientNonce)
    let welcome = Welcome(
        nonce: serverNonce,
        run: RunID(high: 1, low: 2),
        client: ClientID(3),
        resumeToken: serverNonce
    )
    let message = ProtobufCCodec.encode(.welcome(welcome))
    var sequence: UInt32 = 0
    var rest = bytes[...]
    deliver(.welcome, message, 0, number, &sequence, &session)
    session.requestWork()
    while session.nextFrame() != nil {}
    while rest.count >= WireLimits.headerByteCount, session.isOpen {
        guard let header = try? FrameHeader(Array(rest.prefix(WireLimits.headerByteCount))) else { break }
        rest = rest.dropFirst(WireLimits.headerByteCount)
        let body = Array(rest.prefix(header.bodyByteCount))
        rest = rest.dropFirst(body.count)
        guard body.count == header.bodyByteCount else { break }
        deliver(header.kind, body, header.dataByteCount, number, &sequence, &session)
        while session.nextFrame() != nil {}
    }
}

func deliver(
    _ kind: FrameKind,
    _ body: [UInt8],
    _ dataByteCount: Int,
    _ number: UInt64,
    _ sequence: inout UInt32,
    _ session: inout ClientSession
) {
    var frame: [UInt8] = []
    FrameHeader(
        kind: kind,
        messageByteCount: body.count - dataByteCount,
        dataByteCount: dataByteCount,
        session: number,
        sequence: sequence
    ).encode(into: &frame)
    frame += body
    sequence += 1
    let events = frame.withUnsafeBytes { bytes in (try? session.receive(bytes)) ?? [] }
    for event in events {
        if case .workAnswered(.assignment(let assignment), let schema?) = event {
            session.fetchModel(of: assignment, schema: schema)
        }
    }
}

exit(
    hansa_fuzz { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
