import Testing

@testable import HansaReport

@Suite("Axes")
struct TicksTests {
    @Test(
        "Ticks are 1, 2 or 5 times a power of ten, few, and written with the decimals that tell them apart",
        arguments: [
            (0.0...1, 0.2, 1), (0...60, 20, 0), (0...0.93, 0.2, 1), (0...2.3, 0.5, 1), (3...3.004, 0.001, 3),
            (0...48.6, 10, 0), (-5...5, 2, 0), (1e6...9e6, 2e6, 0), (0...1e-7, 2e-8, 8),
        ] as [(ClosedRange<Double>, Double, Int)]
    )
    func round(range: ClosedRange<Double>, step: Double, places: Int) {
        let ticks = Ticks(range)
        #expect(abs(ticks.step - step) < 1e-9 * step, "got \(ticks.step)")
        #expect(ticks.places == places)
        let values = ticks.values(in: ticks.widened(range))
        #expect((2...9).contains(values.count), "\(values)")
        #expect(values[0] <= range.lowerBound + 1e-9 && values[values.count - 1] >= range.upperBound - 1e-9 * step)
    }

    @Test("Rounds have whole ticks, however few they are")
    func whole() {
        let axis = Axis(0...2, format: .whole, from: 0, to: 100, isWidened: false)
        #expect(axis.ticks.map(\.text) == ["0", "1", "2"])
        #expect(axis.pixel(1) == 50)
    }

    @Test("Bytes along an axis have one unit, and ticks that are round in it")
    func bytes() {
        let axis = Axis(0...48_600_000, format: .bytes, from: 0, to: 100, isWidened: false)
        #expect(axis.ticks.map(\.text) == ["0", "10", "20", "30", "40 MB"])
    }

    @Test("A range without width has an axis all the same", arguments: [0.0, 1, -3, 1e12])
    func point(value: Double) {
        let axis = Axis(value...value, format: .number, from: 0, to: 100, isWidened: true)
        #expect(axis.ticks.count > 1)
        #expect(axis.pixel(value).isFinite)
    }

    @Test("Names at the ends of curves are a line apart, within the picture, in the curves' order")
    func labels() {
        let heights = LineChart.spread([100, 101, 99, 250], top: 30, bottom: 256)
        let sorted = heights.sorted()
        for index in 1..<sorted.count { #expect(sorted[index] - sorted[index - 1] >= 15) }
        #expect(heights[2] < heights[0] && heights[0] < heights[1] && heights[1] < heights[3])
        #expect(sorted[0] >= 30 && sorted[3] <= 256)
    }
}

@Suite("Numbers for people")
struct NumbersTests {
    @Test("Bytes, seconds, shares and counts have the unit and the digits that matter")
    func units() {
        #expect(Numbers.bytes(999) == "999 B")
        #expect(Numbers.bytes(48_600_000) == "48.6 MB")
        #expect(Numbers.bytes(999_600) == "1.00 MB")
        #expect(Numbers.seconds(0.00021) == "210 µs")
        #expect(Numbers.seconds(0.0215) == "21.5 ms")
        #expect(Numbers.seconds(12.84) == "12.8 s")
        #expect(Numbers.seconds(3600) == "60.0 min")
        #expect(Numbers.percent(0.9327, places: 2) == "93.27 %")
        #expect(Numbers.count(199_210) == "199\u{202F}210")
        #expect(Numbers.count(7850) == "7850")
        #expect(Numbers.count(.min) == "-9\u{202F}223\u{202F}372\u{202F}036\u{202F}854\u{202F}775\u{202F}808")
    }

    @Test(
        "No number stops a report",
        arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, Double.leastNonzeroMagnitude]
    )
    func extremes(value: Double) {
        _ = Numbers.brief(value)
        _ = Numbers.decimal(value, places: 4)
        #expect(Numbers.coordinate(value).allSatisfy { "-0123456789.".contains($0) })
    }
}
