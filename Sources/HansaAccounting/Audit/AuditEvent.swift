/// The event by which an audit tells two inputs apart: a statistic compared with a value.
public struct AuditEvent: Hashable, Sendable {
    public enum Comparison: Hashable, Sendable, CaseIterable {
        case atLeast, atMost, equal
    }

    /// Which statistic.
    public let statistic: Int
    public let comparison: Comparison
    public let value: Int64
    /// Whether it is likelier under the first of the two inputs.
    public let isPlusLikely: Bool

    /// How many of the values it holds for.
    func count(in values: some Sequence<Int64>) -> Int {
        values.reduce(0) { count, other in
            switch comparison {
            case .atLeast: count + (other >= value ? 1 : 0)
            case .atMost: count + (other <= value ? 1 : 0)
            case .equal: count + (other == value ? 1 : 0)
            }
        }
    }

    /// How many of sorted values it holds for.
    func count(sorted values: [Int64]) -> Int {
        switch comparison {
        case .atLeast: values.count - Self.index(values) { $0 < value }
        case .atMost: Self.index(values) { $0 <= value }
        case .equal: Self.index(values) { $0 <= value } - Self.index(values) { $0 < value }
        }
    }

    /// The place of the first value that is not before.
    private static func index(_ values: [Int64], isBefore: (Int64) -> Bool) -> Int {
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(values[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
