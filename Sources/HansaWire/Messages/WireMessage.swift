public import HansaCore

/// A message as a value; both codecs turn it into the same bytes and back.
public enum WireMessage: Hashable, Sendable {
    case hello(Hello)
    case workRequest
    case modelRequest(ModelRequest)
    case uploadBegin(UploadBegin)
    case uploadChunk(offset: UInt64)
    case withdraw(AssignmentID, RefusalReason)
    case welcome(Welcome)
    case work(Work)
    case model(ModelAnswer)
    case modelChunk(offset: UInt64)
    case uploadGranted(AssignmentID, offset: UInt64, windowByteCount: UInt32)
    case uploadProgress(offset: UInt64)
    case uploadAnswer(UploadAnswer)
    case cancel(AssignmentID, RefusalReason)
    case heartbeat
    case goodbye(Goodbye)
    case refusal(Refusal)

    /// The kind of the frame that carries it.
    public var kind: FrameKind {
        switch self {
        case .hello: .hello
        case .workRequest: .workRequest
        case .modelRequest: .modelRequest
        case .uploadBegin: .uploadBegin
        case .uploadChunk: .uploadChunk
        case .withdraw: .withdraw
        case .welcome: .welcome
        case .work: .work
        case .model: .model
        case .modelChunk: .modelChunk
        case .uploadGranted: .uploadGranted
        case .uploadProgress: .uploadProgress
        case .uploadAnswer: .uploadAnswer
        case .cancel: .cancel
        case .heartbeat: .heartbeat
        case .goodbye: .goodbye
        case .refusal: .refusal
        }
    }
}
