/// One direction of a picture: from values to pixels, with round ticks.
struct Axis {
    let range: ClosedRange<Double>
    /// Where the range's ends are.
    let start: Double
    let end: Double
    /// Values and their texts, ascending.
    let ticks: [(value: Double, text: String)]

    /// - Parameters:
    ///   - isWidened: lets the axis begin and end at ticks.
    ///   - isUnitAtEveryTick: writes the unit at every tick, not only at the last.
    init(
        _ range: ClosedRange<Double>,
        format: AxisFormat,
        from start: Double,
        to end: Double,
        isWidened: Bool,
        count: Int = 5
    ) {
        let unit = format.unit(for: range)
        var scaled = range.lowerBound / unit.size...range.upperBound / unit.size
        if scaled.lowerBound == scaled.upperBound { scaled = scaled.lowerBound...(scaled.lowerBound + 1) }
        var isWhole = false
        if case .whole = format { isWhole = true }
        let ticks = Ticks(scaled, count: count, isWhole: isWhole)
        if isWidened { scaled = ticks.widened(scaled) }
        let values = ticks.values(in: scaled)
        self.range = scaled.lowerBound * unit.size...scaled.upperBound * unit.size
        self.start = start
        self.end = end
        self.ticks = values.enumerated().map { index, value in
            let text = Numbers.decimal(value, places: ticks.places)
            return (value * unit.size, index == values.count - 1 ? text + unit.name : text)
        }
    }

    /// Where a value is.
    func pixel(_ value: Double) -> Double {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return start + min(max(share, 0), 1) * (end - start)
    }
}
