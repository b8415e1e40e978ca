/// What an adversary looked at in many releases of each of two neighbouring inputs.
public struct AuditSamples: Hashable, Sendable {
    /// Releases of one input: for each statistic, its value in each trial.
    public var plus: [[Int64]]
    /// The same statistics of the other input, in as many trials.
    public var minus: [[Int64]]

    public init(plus: [[Int64]], minus: [[Int64]]) {
        self.plus = plus
        self.minus = minus
    }

    /// The fewest trials of any statistic of either input.
    var trialCount: Int { (plus + minus).map(\.count).min() ?? 0 }

    /// A statistic's sorted values in some of the trials, of the inputs under which the event is likely and unlikely.
    func sorted(_ statistic: Int, trials: Range<Int>, isPlusLikely: Bool) -> (likely: [Int64], unlikely: [Int64]) {
        let first = plus[statistic][trials].sorted()
        let second = minus[statistic][trials].sorted()
        return isPlusLikely ? (first, second) : (second, first)
    }

    /// Adds further trials of the same statistics.
    mutating func append(_ other: Self) {
        for index in plus.indices { plus[index] += other.plus[index] }
        for index in minus.indices { minus[index] += other.minus[index] }
    }

    /// Adds one trial's statistics.
    static func append(_ values: [Int64], to trials: inout [[Int64]]) {
        if trials.isEmpty { trials = values.map { _ in [] } }
        for index in trials.indices { trials[index].append(values[index]) }
    }
}
