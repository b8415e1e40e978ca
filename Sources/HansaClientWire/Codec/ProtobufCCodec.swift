public import HansaWire

/// The client's codec, on libprotobuf-c: reads and writes the messages of both directions.
///
/// The coordinator's codec is built on another library; the vectors of `Proto/golden` hold both to the same bytes.
/// Texts (`build`, `detail`) hold no NUL: a text to be sent is cut before its first one, a text with one is refused.
/// A loss of -0 is sent as 0, which is how proto3 leaves out a field in libprotobuf-c.
public enum ProtobufCCodec: MessageCodec {
    public static func encode(_ message: WireMessage) -> [UInt8] {
        switch message {
        case .hello(let hello): encode(hello)
        case .workRequest, .heartbeat: []
        case .modelRequest(let request): encode(request)
        case .uploadBegin(let begin): encode(begin)
        case .uploadChunk(let offset): encodeUploadChunk(offset: offset)
        case .withdraw(let id, let reason): encodeWithdraw(id, reason)
        case .welcome(let welcome): encode(welcome)
        case .work(let work): encode(work)
        case .model(let answer): encode(answer)
        case .modelChunk(let offset): encodeModelChunk(offset: offset)
        case .uploadGranted(let id, let offset, let window): encodeGranted(id, offset: offset, window: window)
        case .uploadProgress(let offset): encodeProgress(offset: offset)
        case .uploadAnswer(let answer): encode(answer)
        case .cancel(let id, let reason): encodeCancel(id, reason)
        case .goodbye(let goodbye): encode(goodbye)
        case .refusal(let refusal): encode(refusal)
        }
    }

    public static func decode(_ bytes: [UInt8], kind: FrameKind) throws(WireError) -> WireMessage {
        guard bytes.count <= kind.messageByteCountMax else {
            throw .tooLarge(got: bytes.count, max: kind.messageByteCountMax)
        }
        guard WireFormatCheck.accepts(bytes, as: MessageShape(kind)) else { throw .malformedMessage(kind) }
        switch kind {
        case .hello: return try decodeHello(bytes)
        case .workRequest: return try decodeWorkRequest(bytes)
        case .modelRequest: return try decodeModelRequest(bytes)
        case .uploadBegin: return try decodeUploadBegin(bytes)
        case .uploadChunk: return try decodeUploadChunk(bytes)
        case .withdraw: return try decodeWithdraw(bytes)
        case .welcome: return try decodeWelcome(bytes)
        case .work: return try decodeWork(bytes)
        case .model: return try decodeModel(bytes)
        case .modelChunk: return try decodeModelChunk(bytes)
        case .uploadGranted: return try decodeGranted(bytes)
        case .uploadProgress: return try decodeProgress(bytes)
        case .uploadAnswer: return try decodeUploadAnswer(bytes)
        case .cancel: return try decodeCancel(bytes)
        case .heartbeat: return try decodeHeartbeat(bytes)
        case .goodbye: return try decodeGoodbye(bytes)
        case .refusal: return try decodeRefusal(bytes)
        }
    }
}
