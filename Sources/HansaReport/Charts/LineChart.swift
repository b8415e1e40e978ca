/// Curves over one axis, each named at its end, with bands behind them.
struct LineChart {
    typealias Point = (x: Double, y: Double)

    struct Series {
        var name: String
        var points: [Point]
        var colour: Int
        var isDashed = false
    }

    /// The space between two curves.
    struct Band {
        var points: [(x: Double, lower: Double, upper: Double)]
        var style: String
    }

    var title: String
    var xLabel: String
    var xFormat: AxisFormat
    var yFormat: AxisFormat
    var series: [Series]
    var bands: [Band] = []
    /// What no value can exceed.
    var yLimits: ClosedRange<Double>?

    /// More points than a picture of this size has pixels are gathered.
    private static let pointCountMax = 800
    /// As much of a name as fits beside a curve.
    private static let nameLengthMax = 18
    /// Up to so many points have a dot each.
    private static let dotCountMax = 40

    /// The picture; nil where no curve has a point.
    func drawing() -> Drawing? {
        let shown = series.map { Self.finite($0) }.filter { !$0.points.isEmpty }
        let points = shown.flatMap(\.points)
        guard let first = points.first else { return nil }
        var x = first.x...first.x
        var y = first.y...first.y
        for point in points {
            x = min(x.lowerBound, point.x)...max(x.upperBound, point.x)
            y = min(y.lowerBound, point.y)...max(y.upperBound, point.y)
        }
        for point in bands.flatMap(\.points) where point.lower.isFinite && point.upper.isFinite {
            y = min(y.lowerBound, point.lower)...max(y.upperBound, point.upper)
        }
        if x.lowerBound > 0, x.lowerBound < 0.25 * x.upperBound { x = 0...x.upperBound }
        var drawing = Drawing(title: title, description: description(shown))
        let names = shown.map { label($0, among: shown.count) }
        let longest = names.map(\.count).max() ?? 0
        let (top, bottom) = (32.0, drawing.height - 44)
        let vertical = Axis(reach(y), format: yFormat, from: bottom, to: top, isWidened: true)
        // Usual numbers leave as much room as their neighbours', so that pictures side by side are aligned.
        let left = max(50, 14 + 7.2 * Double(vertical.ticks.map(\.text.count).max() ?? 0))
        let right = drawing.width - min(180, max(62, 14 + 6.6 * Double(longest)))
        let horizontal = Axis(x, format: xFormat, from: left, to: right, isWidened: false)
        drawing.verticalAxis(vertical, left: left, right: right)
        drawing.horizontalAxis(horizontal, bottom: bottom, label: xLabel)
        for band in bands { draw(band, horizontal, vertical, into: &drawing) }
        for curve in shown { draw(curve, horizontal, vertical, into: &drawing) }
        let ends = shown.map { curve in
            let last = curve.points[curve.points.count - 1]
            return (x: horizontal.pixel(last.x), y: vertical.pixel(last.y))
        }
        // Names stand in the margin, with a thin line from a curve that ends before.
        let heights = Self.spread(ends.map(\.y), top: top, bottom: bottom)
        for (index, curve) in shown.enumerated() {
            if ends[index].x < right - 8 {
                drawing.line(
                    (ends[index].x + 6, ends[index].y),
                    (right, ends[index].y),
                    style: "leader l\(curve.colour)"
                )
            }
            drawing.text(names[index], x: right + 8, y: heights[index] + 4, style: "name f\(curve.colour)")
        }
        return drawing
    }

    /// From zero where that costs little height, and never beyond the limits.
    private func reach(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let lower = range.lowerBound > 0 && range.lowerBound < 0.5 * range.upperBound ? 0 : range.lowerBound
        guard let yLimits else { return lower...range.upperBound }
        return max(lower, yLimits.lowerBound)...max(min(range.upperBound, yLimits.upperBound), yLimits.lowerBound)
    }

    private func label(_ curve: Series, among count: Int) -> String {
        let value = yFormat.text(curve.points[curve.points.count - 1].y)
        guard count > 1 || !curve.name.isEmpty else { return value }
        let name =
            curve.name.count > Self.nameLengthMax ? curve.name.prefix(Self.nameLengthMax - 1) + "…" : curve.name[...]
        return "\(name) \(value)"
    }

    private func description(_ shown: [Series]) -> String {
        shown.map { curve in
            let (first, last) = (curve.points[0], curve.points[curve.points.count - 1])
            return (curve.name.isEmpty ? title : curve.name)
                + ": from \(yFormat.text(first.y)) at \(xFormat.text(first.x)) to \(yFormat.text(last.y)) at "
                + "\(xFormat.text(last.x)) (\(xLabel))."
        }.joined(separator: " ")
    }

    private func draw(_ curve: Series, _ horizontal: Axis, _ vertical: Axis, into drawing: inout Drawing) {
        let placed = Self.gathered(curve.points).map { (horizontal.pixel($0.x), vertical.pixel($0.y)) }
        if placed.count > 1 {
            let style = "curve l\(curve.colour)" + (curve.isDashed ? " dashed" : "")
            drawing.add(Markup.empty("path", ["class": style, "d": Self.path(placed)]))
        }
        // Every point tells its value to whoever points at it; of long curves some do, and are not seen.
        let last = curve.points.count - 1
        let isDotted = curve.points.count <= Self.dotCountMax
        let stride = max(1, (last + Self.dotCountMax) / Self.dotCountMax)
        for (index, point) in curve.points.enumerated() where isDotted || index == last || index % stride == 0 {
            let isSeen = isDotted || index == last
            drawing.dot(
                x: horizontal.pixel(point.x),
                y: vertical.pixel(point.y),
                radius: index == last ? 3.5 : isSeen ? 2.2 : 6,
                style: isSeen ? "f\(curve.colour)" : "hit",
                hint: "\(xLabel) \(xFormat.text(point.x)): \(yFormat.text(point.y))"
            )
        }
    }

    private func draw(_ band: Band, _ horizontal: Axis, _ vertical: Axis, into drawing: inout Drawing) {
        let points = band.points.filter { $0.lower.isFinite && $0.upper.isFinite && $0.x.isFinite }
        guard points.count > 1 else { return }
        let upper = Self.gathered(points.map { ($0.x, $0.upper) }).map {
            (horizontal.pixel($0.x), vertical.pixel($0.y))
        }
        let lower = Self.gathered(points.map { ($0.x, $0.lower) }).map {
            (horizontal.pixel($0.x), vertical.pixel($0.y))
        }
        drawing.add(Markup.empty("path", ["class": band.style, "d": Self.path(upper + lower.reversed()) + "Z"]))
    }

    private static func path(_ points: [(Double, Double)]) -> String {
        "M" + points.map { "\(Numbers.coordinate($0.0)) \(Numbers.coordinate($0.1))" }.joined(separator: "L")
    }

    private static func finite(_ series: Series) -> Series {
        var series = series
        series.points.removeAll { !$0.x.isFinite || !$0.y.isFinite }
        return series
    }

    /// At most so many points: of each stretch the first, the least, the greatest and the last.
    private static func gathered(_ points: [Point]) -> [Point] {
        guard points.count > pointCountMax else { return points }
        let size = (4 * points.count + pointCountMax - 1) / pointCountMax
        return stride(from: 0, to: points.count, by: size).flatMap { start in
            let range = start..<min(start + size, points.count)
            let least = range.min { points[$0].y < points[$1].y } ?? start
            let greatest = range.max { points[$0].y < points[$1].y } ?? start
            return Set([range.lowerBound, least, greatest, range.upperBound - 1]).sorted().map { points[$0] }
        }
    }

    /// Heights of labels near the wanted ones, at least a line apart.
    static func spread(_ wanted: [Double], top: Double, bottom: Double) -> [Double] {
        let line = 15.0
        let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
        var heights = wanted
        var least = top
        for index in order {
            heights[index] = max(wanted[index], least)
            least = heights[index] + line
        }
        var most = bottom
        for index in order.reversed() {
            heights[index] = min(heights[index], most)
            most = heights[index] - line
        }
        return heights
    }
}
