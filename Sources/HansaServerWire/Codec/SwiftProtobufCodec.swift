import FoundationEssentials
public import HansaWire
import SwiftProtobuf

/// The coordinator's codec, on SwiftProtobuf: the memory-safe one, because the coordinator faces strangers.
///
/// It reads and writes the messages of both directions. The client's codec gives the same bytes for the same message and
/// the same verdict on the same bytes; where several fields are wrong, the one with the lowest number decides.
public enum SwiftProtobufCodec: MessageCodec {
    /// An assignment inside a message is as deep as messages nest.
    private static let depthMax = 4

    public static func encode(_ message: WireMessage) -> [UInt8] {
        do {
            return try message.proto.serializedBytes(partial: true)
        } catch {
            // Serialization fails for missing proto2 fields and beyond 2 GiB; the schema has no such field, and no
            // message that this program makes is longer than a plan and a schema.
            preconditionFailure("a \(message.kind) message could not be serialized")
        }
    }

    public static func decode(_ bytes: [UInt8], kind: FrameKind) throws(WireError) -> WireMessage {
        guard bytes.count <= kind.messageByteCountMax else {
            throw .tooLarge(got: bytes.count, max: kind.messageByteCountMax)
        }
        guard WireFormatCheck.accepts(bytes, as: MessageShape(kind)) else { throw .malformedMessage(kind) }
        switch kind {
        case .hello: return .hello(try native(read(bytes, kind)))
        case .workRequest:
            _ = try read(bytes, kind) as Hansa_V1_WorkRequest
            return .workRequest
        case .modelRequest: return .modelRequest(try native(read(bytes, kind)))
        case .uploadBegin: return .uploadBegin(try native(read(bytes, kind)))
        case .uploadChunk: return .uploadChunk(offset: try (read(bytes, kind) as Hansa_V1_UploadChunk).offset)
        case .withdraw: return try native(read(bytes, kind) as Hansa_V1_Withdraw)
        case .welcome: return .welcome(try native(read(bytes, kind)))
        case .work: return .work(try native(read(bytes, kind)))
        case .model: return .model(try native(read(bytes, kind)))
        case .modelChunk: return .modelChunk(offset: try (read(bytes, kind) as Hansa_V1_ModelChunk).offset)
        case .uploadGranted: return try native(read(bytes, kind) as Hansa_V1_UploadGranted)
        case .uploadProgress:
            return .uploadProgress(offset: try (read(bytes, kind) as Hansa_V1_UploadProgress).offset)
        case .uploadAnswer: return .uploadAnswer(try native(read(bytes, kind)))
        case .cancel: return try native(read(bytes, kind) as Hansa_V1_Cancel)
        case .heartbeat:
            _ = try read(bytes, kind) as Hansa_V1_Heartbeat
            return .heartbeat
        case .goodbye: return .goodbye(native(try read(bytes, kind)))
        case .refusal: return .refusal(try native(read(bytes, kind)))
        }
    }

    private static func read<M: SwiftProtobuf.Message>(_ bytes: [UInt8], _ kind: FrameKind) throws(WireError) -> M {
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = depthMax
        options.discardUnknownFields = true
        do {
            return try M(serializedBytes: bytes, options: options)
        } catch {
            throw .malformedMessage(kind)
        }
    }
}
