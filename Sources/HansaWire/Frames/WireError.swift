public import HansaCore

/// Why bytes from the other side are not this protocol.
///
/// The session ends, and the other side is told ``reason``.
public enum WireError: Error, Hashable, Sendable {
    /// A frame of another layout.
    case unknownLayout(UInt8)
    /// A frame of a kind that this version does not know.
    case unknownKind(UInt8)
    /// A header whose fields contradict each other.
    case malformedFrame
    /// A message or its parameter bytes are longer than allowed.
    case tooLarge(got: Int, max: Int)
    /// A message that its codec cannot read, or whose fields have another length than they must.
    case malformedMessage(FrameKind)
    /// An enum's number that this version does not know.
    case unknownValue(FrameKind)
    /// A frame of another session: replayed, or put in by somebody else.
    case wrongSession
    /// A frame twice, left out, or in another order.
    case wrongSequence(got: UInt32, expected: UInt32)
    /// A message that the state of the session does not allow.
    case unexpected(FrameKind)
    /// The other side's versions and ours do not meet.
    case unsupportedVersion(min: UInt32, max: UInt32)
    /// A chunk that does not begin where the one before ended, or goes beyond the total or the window.
    case wrongOffset(got: UInt64, expected: UInt64)

    /// What the other side is told.
    public var reason: RefusalReason {
        switch self {
        case .unknownLayout, .unsupportedVersion: .unsupportedVersion
        case .unknownKind, .unknownValue: .unknownValue
        case .malformedFrame, .malformedMessage: .malformed
        case .tooLarge: .tooLarge
        case .wrongSession, .wrongSequence: .wrongSession
        case .unexpected: .unexpectedMessage
        case .wrongOffset: .wrongOffset
        }
    }
}
