import FoundationEssentials
import HansaCore
import HansaWire

/// What must hold of single fields, whichever message they are in.
struct FieldRules {
    /// The message, for the error.
    let kind: FrameKind

    var malformed: WireError { .malformedMessage(kind) }
    var unknown: WireError { .unknownValue(kind) }

    func require(_ condition: Bool) throws(WireError) {
        guard condition else { throw malformed }
    }

    /// 32 bytes of a nonce or a token.
    func nonce(_ data: Data) throws(WireError) -> [UInt8] {
        try require(data.count == WireLimits.nonceByteCount)
        return Array(data)
    }

    func digest(_ data: Data) throws(WireError) -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: Array(data)) else { throw malformed }
        return digest
    }

    /// Text for people, whose UTF-8 SwiftProtobuf has checked.
    ///
    /// A NUL would end it early where strings end with one.
    func text(_ text: String, byteCountMax: Int) throws(WireError) -> String {
        try require(text.utf8.count <= byteCountMax && !text.utf8.contains(0))
        return text
    }

    func assignment(_ isPresent: Bool, _ proto: Hansa_V1_AssignmentId) throws(WireError) -> AssignmentID {
        try require(isPresent)
        return AssignmentID(
            round: proto.round,
            attempt: proto.attempt,
            client: ClientID(proto.client),
            fence: proto.fence
        )
    }

    func reason(_ proto: Hansa_V1_RefusalReason) throws(WireError) -> RefusalReason {
        guard let number = UInt8(exactly: proto.rawValue), let reason = RefusalReason(rawValue: number) else {
            throw unknown
        }
        return reason
    }

    /// The class is the reason's; it is sent for clients that do not know the reason.
    func refusalClass(_ proto: Hansa_V1_RefusalClass, of reason: RefusalReason) throws(WireError) {
        switch proto {
        case .retryLater: try require(reason.retryClass == .retryLater)
        case .never: try require(reason.retryClass == .never)
        case .afterUpdate: try require(reason.retryClass == .afterUpdate)
        case .unspecified, .UNRECOGNIZED: throw unknown
        }
    }
}
