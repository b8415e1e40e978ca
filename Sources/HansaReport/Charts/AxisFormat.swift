/// How an axis shows its numbers.
enum AxisFormat {
    /// Whole numbers, such as rounds.
    case whole
    case number
    /// Shares of one, as percentages.
    case percent
    /// Bytes in powers of 1000, all in the unit of the largest.
    case bytes

    /// What one unit of the axis is: ticks are round in it.
    func unit(for range: ClosedRange<Double>) -> (size: Double, name: String) {
        switch self {
        case .whole, .number: return (1, "")
        case .percent: return (0.01, " %")
        case .bytes:
            let unit = ByteUnit(largest: range.upperBound)
            return (unit.size, " " + unit.name)
        }
    }

    /// A value beside the end of a curve.
    func text(_ value: Double) -> String {
        switch self {
        case .whole: Numbers.decimal(value, places: 0)
        case .number: Numbers.brief(value)
        case .percent: Numbers.percent(value)
        case .bytes: Numbers.bytes(Int(exactly: value.rounded()) ?? 0)
        }
    }
}
