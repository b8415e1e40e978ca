/// What a frame carries; the number is in its header.
///
/// 1 to 31 are sent by clients, 33 to 63 by the coordinator, 65 to 95 by both. Reserved for what comes: 16–23 and 48–55
/// masks of secure aggregation, 24–27 and 56–59 evaluation, 28–31 and 60–63 analytics.
public enum FrameKind: UInt8, CaseIterable, Sendable {
    case hello = 1
    case workRequest = 2
    case modelRequest = 3
    case uploadBegin = 4
    case uploadChunk = 5
    case withdraw = 6
    case welcome = 33
    case work = 34
    case model = 35
    case modelChunk = 36
    case uploadGranted = 37
    case uploadProgress = 38
    case uploadAnswer = 39
    case cancel = 40
    case heartbeat = 65
    case goodbye = 66
    case refusal = 67

    /// Whether a client may send it.
    public var isFromClient: Bool { rawValue < 32 || rawValue >= 64 }
    /// Whether the coordinator may send it.
    public var isFromCoordinator: Bool { rawValue >= 32 }
    /// Whether parameter bytes follow the message.
    public var carriesData: Bool { self == .modelChunk || self == .uploadChunk }

    /// The largest message of this kind, in bytes; parameter bytes not counted.
    public var messageByteCountMax: Int {
        switch self {
        case .hello, .welcome, .refusal: WireLimits.greetingByteCountMax
        case .work: WireLimits.workByteCountMax
        case .uploadBegin: WireLimits.uploadBeginByteCountMax
        case .modelRequest: 512
        default: 128
        }
    }
}
