import HansaCore
import HansaWire

/// Where a session stands (Proto/README.md, "A session").
///
/// An exchange is over when its answer has been handed out by `nextFrame`, not when it was given: so a client that asks
/// and never reads cannot make the coordinator hold a second answer.
enum SessionState {
    /// Before Hello.
    case greeting
    case idle
    /// A request for work is open.
    case asked
    /// A request for a model is open, or its chunks are on their way.
    case fetching(ModelRequest)
    /// An upload waits for its grant or its answer.
    case announced(UploadBegin)
    case uploading(IncomingUpload)
    /// All bytes are here, the answer is open.
    case deciding(IncomingUpload)
    /// The upload was answered before its end: what the client had sent by then is dropped, the next question is taken.
    case draining(IncomingUpload)
    /// Refused, or goodbye said.
    case ended

    /// Whether a frame of that kind may come now.
    func admits(_ kind: FrameKind) -> Bool {
        switch (self, kind) {
        case (.ended, _): false
        case (.greeting, _): kind == .hello
        case (_, .withdraw), (_, .heartbeat), (_, .goodbye), (_, .refusal): true
        case (.idle, .workRequest), (.idle, .modelRequest), (.idle, .uploadBegin): true
        case (.draining, .workRequest), (.draining, .modelRequest), (.draining, .uploadBegin): true
        case (.uploading, .uploadChunk), (.draining, .uploadChunk): true
        default: false
        }
    }
}
