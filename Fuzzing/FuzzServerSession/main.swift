import FuzzDriver
import Glibc
import HansaCore
import HansaServerWire
import HansaWire

/// What a client could send: the input is cut at bytes of its own; a header that the session would refuse for its session
/// or sequence number alone is mended, so that the input gets further than its first frame.
func examine(_ bytes: [UInt8]) {
    var session = ServerSession(
        configuration: ServerSession.Configuration(run: RunID(high: 1, low: 2), chunkByteCountMax: 64),
        client: ClientID(3),
        nonce: [UInt8](repeating: 1, count: 32),
        resumeToken: [UInt8](repeating: 2, count: 32)
    )
    var rest = bytes[...]
    var sequence: UInt32 = 0
    var number: UInt64 = 0
    while rest.count >= WireLimits.headerByteCount, !session.isEnded {
        guard let header = try? FrameHeader(Array(rest.prefix(WireLimits.headerByteCount))) else { break }
        rest = rest.dropFirst(WireLimits.headerByteCount)
        let body = rest.prefix(header.bodyByteCount)
        rest = rest.dropFirst(body.count)
        var frame: [UInt8] = []
        FrameHeader(
            kind: header.kind,
            messageByteCount: header.messageByteCount,
            dataByteCount: header.dataByteCount,
            session: number,
            sequence: sequence
        ).encode(into: &frame)
        frame += body
        sequence += 1
        let events = frame.withUnsafeBytes { bytes in
            do throws(WireError) { return try session.receive(bytes) } catch {
                session.refuse(error)
                return []
            }
        }
        for event in events {
            if case .opened(let hello) = event {
                number = SessionID.make(clientNonce: hello.nonce, serverNonce: [UInt8](repeating: 1, count: 32))
            }
            answer(event, &session)
        }
        while session.nextFrame() != nil {}
        precondition(session.bufferedByteCount <= WireLimits.uploadBeginByteCountMax, "too much is held")
    }
}

func answer(_ event: ServerSessionEvent, _ session: inout ServerSession) {
    switch event {
    case .workRequested: session.answerWork(.wait(milliseconds: 1), isRepeated: false)
    case .modelRequested(let request):
        session.answerModel(request, content: [UInt8](repeating: 1, count: 200), isRepeated: false)
    case .uploadBegan(let begin): session.grantUpload(begin.report.assignment, offset: 0, isRepeated: false)
    default: break
    }
}

exit(
    hansa_fuzz { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
