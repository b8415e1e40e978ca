public import HansaClient

/// What a client's loop is told beside whom it talks to.
public struct LoopSettings: Sendable {
    /// How long connecting, the handshake and Welcome may take together.
    public static let greetingMilliseconds: UInt32 = 10_000
    /// How many contacts in a row may fail where somebody waits for one update.
    public static let onceContactCountMax: UInt32 = 8
    /// How many sessions in a row may end by a fault of the protocol before the client gives up.
    static let faultCountMax: UInt32 = 5
    /// The longest time between two notes of the same trouble, in tries: 1st, 2nd, 4th, 8th … are told.
    // Bounds: a count of tries, by which nothing is read.
    static func isTold(try number: UInt32) -> Bool { number & (number &- 1) == 0 }

    /// Back-off between contacts.
    public var retry: RetryPolicy
    /// Whether to stop after one answered update.
    public var isOnce: Bool
    /// How many contacts in a row may fail before the client gives up; nil for never.
    public var failedContactCountMax: UInt32?
    /// A test hook: the round after whose durable record the process kills itself, once.
    public var diesAfterRecordOfRound: UInt32?

    public init(retry: RetryPolicy = RetryPolicy(), isOnce: Bool = false, diesAfterRecordOfRound: UInt32? = nil) {
        self.retry = retry
        self.isOnce = isOnce
        failedContactCountMax = isOnce ? Self.onceContactCountMax : nil
        self.diesAfterRecordOfRound = diesAfterRecordOfRound
    }

    /// The agent's policy: its answer timer only stands in for a message that got lost on a connection that lives, so it
    /// is longer than a coordinator holds a question; a connection that dies is noticed by the loop.
    var agentRetry: RetryPolicy {
        RetryPolicy(
            baseMilliseconds: retry.baseMilliseconds,
            capMilliseconds: retry.capMilliseconds,
            answerMilliseconds: max(retry.answerMilliseconds, 60_000)
        )
    }
}
