/// The coordinate-wise trimmed mean: the mean of each coordinate without its k smallest and k largest values.
///
/// Option `trim` gives k as a share of the rows, rounded down; else k is `byzantine`. With k = 0 it is the mean, to the bit.
/// - seealso: Yin, Chen, Ramchandran, Bartlett 2018 (arXiv:1803.01498), definition 2.
public struct TrimmedMean: RobustRule {
    public static let name = "trimmed-mean"
    public static let summary = "the mean of each coordinate without its extreme values"
    public static let options = [
        StrategyEntry.Option(
            "trim",
            values: "a number of at least 0 and below 0.5; byzantine",
            "the share of values that is left out at each end"
        )
    ]
    public static let example: [String: StrategyOption] = ["trim": .number(0.1)]
    public static let usesDistances = false

    /// How many values go at each end.
    private enum Trim: Hashable {
        case count(Int)
        case share(Double)
    }

    private let trim: Trim

    public init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError) {
        let expected = "a number of at least 0 and below 0.5"
        let share = try options.number("trim", expected: expected) { $0 >= 0 && $0 < 0.5 }
        switch (share, byzantine) {
        case (let share?, _): trim = .share(share)
        case (nil, let count?): trim = .count(count)
        case (nil, nil): throw .missing(key: "trim", expected: expected + ", or 'byzantine'")
        }
    }

    public var rowCountMin: Int {
        if case .count(let count) = trim { return 2 * count + 1 }
        return 1
    }

    public func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float] {
        let cut: Int
        switch trim {
        case .count(let count): cut = count
        // Below half of the rows, so within Int and less than half of them.
        case .share(let share): cut = min(Int(share * Double(rows.count)), (rows.count - 1) / 2)
        }
        let kept = cut..<rows.count - cut
        guard !kept.isEmpty else { throw .tooFewUpdates(got: rows.count, expected: rowCountMin) }
        return rows.byCoordinate(divisor: Int64(kept.count)) { values in
            var sum: Int64 = 0
            for index in kept { sum += values[index] }
            return sum
        }
    }
}
