/// The event by which an audit tells two inputs apart: a statistic on one side of a threshold.
public struct AuditEvent: Hashable, Sendable {
    /// Which statistic.
    public let statistic: Int
    public let threshold: Int64
    /// Whether it is the values of at least the threshold, else those of at most it.
    public let isUpper: Bool
    /// Whether it is likelier under the first of the two inputs.
    public let isPlusLikely: Bool

    func count(in values: some Sequence<Int64>) -> Int {
        values.reduce(0) { $0 + ((isUpper ? $1 >= threshold : $1 <= threshold) ? 1 : 0) }
    }

    /// How many of sorted values it holds for.
    func count(sorted values: [Int64]) -> Int {
        var low = 0
        var high = values.count
        // The first value at or beyond the threshold, or beyond it.
        while low < high {
            let middle = (low + high) / 2
            let isBefore = isUpper ? values[middle] < threshold : values[middle] <= threshold
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return isUpper ? values.count - low : low
    }
}
