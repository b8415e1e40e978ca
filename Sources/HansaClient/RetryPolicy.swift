public import HansaNumerics

/// Capped exponential back-off with full jitter: the n-th retry waits a uniform time up to min(cap, base · 2^n).
public struct RetryPolicy: Hashable, Sendable {
    /// The longest first wait, at least 1.
    public let baseMilliseconds: UInt32
    /// The longest wait of all, 1 to a quarter of what 32 bits hold.
    public let capMilliseconds: UInt32
    /// How long an answer may take before its message counts as lost; bounded like the cap, so that their sum fits.
    public let answerMilliseconds: UInt32

    public init(
        baseMilliseconds: UInt32 = 500,
        capMilliseconds: UInt32 = 60_000,
        answerMilliseconds: UInt32 = 2_000
    ) {
        self.answerMilliseconds = max(1, min(answerMilliseconds, UInt32.max / 4))
        self.baseMilliseconds = max(1, baseMilliseconds)
        self.capMilliseconds = max(1, min(capMilliseconds, UInt32.max / 4))
    }

    /// The wait before retry number `attempt`, from 0; at least 1 ms.
    public func wait(attempt: UInt32, words: inout some RandomWords) -> UInt32 {
        let ceiling = min(UInt64(capMilliseconds), UInt64(baseMilliseconds) << UInt64(min(attempt, 31)))
        // The upper word of a uniform draw times the ceiling: uniform on 0 ..< ceiling.
        return 1 + UInt32(truncatingIfNeeded: words.next64().multipliedFullWidth(by: ceiling).high)
    }
}
