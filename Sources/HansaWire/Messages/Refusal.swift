public import HansaCore

/// The end of a session because of what the other side did.
public struct Refusal: Hashable, Sendable {
    public var reason: RefusalReason
    /// With a reason of the class "retry later": not before so many milliseconds.
    public var retryMilliseconds: UInt32
    /// For people, at most 256 bytes; never data.
    public var detail: String

    public init(reason: RefusalReason, retryMilliseconds: UInt32 = 0, detail: String = "") {
        self.reason = reason
        self.retryMilliseconds = retryMilliseconds
        self.detail = detail
    }
}
