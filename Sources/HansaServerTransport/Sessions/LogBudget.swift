import NIOCore

/// How many lines connections that fail may write to the log: so many a second, the rest are counted.
///
/// Whoever reaches the port can make connections fail, and must not fill a disk by it.
struct LogBudget {
    /// The most lines a second: enough for an operator who looks for one client's trouble.
    static let lineCountMax = 10

    private var second: NIODeadline?
    private var lineCount = 0
    private var leftOutCount: UInt64 = 0

    /// Takes one line; returns how many were left out since the last one that was written, or nil to leave this out too.
    mutating func take(at now: NIODeadline) -> UInt64? {
        if second.map({ now - $0 >= .seconds(1) }) ?? true { (second, lineCount) = (now, 0) }
        guard lineCount < Self.lineCountMax else {
            // Bounds: a count for the log, by which nothing is read.
            leftOutCount &+= 1
            return nil
        }
        lineCount += 1
        defer { leftOutCount = 0 }
        return leftOutCount
    }
}
