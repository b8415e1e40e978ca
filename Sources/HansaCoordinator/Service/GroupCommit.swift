import HansaCore

/// The finished uploads that wait to be made durable together, so that one sync serves many.
struct GroupCommit {
    /// One upload whose bytes are all here.
    struct Entry {
        let received: ReceivedUpdate
        /// Whether an earlier process left part of the payload; see ``SpooledPayload/isLeftOver``.
        let isLeftOver: Bool
        let answer: CheckedContinuation<SubmissionAnswer, Never>
    }

    /// The longest an upload waits for others, in nanoseconds: 5 ms, about one sync of a good disk.
    static let gatherNanoseconds: UInt64 = 5_000_000
    /// The most uploads of one commit.
    static let entryCountMax = 64
    /// The most payload bytes of one commit, which are in memory at once; a single larger payload goes alone.
    static let byteCountMax = 64 << 20

    private(set) var entries: [Entry] = []
    /// When the commit is due, in monotonic nanoseconds; nil while nothing waits.
    private(set) var due: UInt64?

    mutating func add(_ entry: Entry, now: UInt64) {
        entries.append(entry)
        if due == nil { due = now + Self.gatherNanoseconds }
    }

    /// Whether no more uploads of `updateByteCount` bytes may join.
    func isFull(updateByteCount: Int) -> Bool {
        entries.count >= Self.entryCountMax || entries.count >= Self.byteCountMax / max(updateByteCount, 1)
    }

    mutating func takeAll() -> [Entry] {
        defer { self = GroupCommit() }
        return entries
    }
}
