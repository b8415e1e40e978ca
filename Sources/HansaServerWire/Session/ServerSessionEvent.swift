public import HansaCore
public import HansaWire

/// What a client wants, or did, as ``ServerSession`` tells its transport.
public enum ServerSessionEvent: Hashable, Sendable {
    /// The client said hello; the welcome is queued.
    case opened(Hello)
    /// Answer with ``ServerSession/answerWork(_:isRepeated:)`` within the hold time.
    case workRequested
    /// Answer with ``ServerSession/answerModel(_:content:isRepeated:)`` or ``ServerSession/modelGone(_:)``.
    case modelRequested(ModelRequest)
    /// Answer with ``ServerSession/grantUpload(_:offset:isRepeated:)`` or ``ServerSession/answerUpload(_:)``.
    case uploadBegan(UploadBegin)
    /// Bytes of the update, each chunk as it came.
    case uploadBytes(offset: UInt64, bytes: [UInt8])
    /// All bytes are here; answer with ``ServerSession/answerUpload(_:)``.
    case uploadComplete
    /// The client will not do this work.
    case withdrawn(AssignmentID, RefusalReason)
    /// The client ends the session; its frames so far were taken.
    case goodbye
    /// The client ends the session because of what we sent.
    case refused(Refusal)
}
