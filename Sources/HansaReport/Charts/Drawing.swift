/// An SVG picture while it is drawn: the same marks for every chart.
struct Drawing {
    let width: Double
    let height: Double
    private let title: String
    private let description: String
    private var parts: [String] = []

    init(title: String, description: String, width: Double = 480, height: Double = 300) {
        self.title = title
        self.description = description
        self.width = width
        self.height = height
        text(title, x: 0, y: 15, style: "heading")
    }

    /// Adds finished markup.
    mutating func add(_ markup: String) { parts.append(markup) }

    mutating func text(_ text: String, x: Double, y: Double, style: String, anchor: String = "start") {
        add(
            Markup.element(
                "text",
                ["x": Numbers.coordinate(x), "y": Numbers.coordinate(y), "class": style, "text-anchor": anchor],
                Markup.escaped(text)
            )
        )
    }

    mutating func line(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double), style: String) {
        add(
            Markup.empty(
                "line",
                [
                    "x1": Numbers.coordinate(from.x), "y1": Numbers.coordinate(from.y), "x2": Numbers.coordinate(to.x),
                    "y2": Numbers.coordinate(to.y), "class": style,
                ]
            )
        )
    }

    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, style: String, hint: String = "") {
        let attributes: KeyValuePairs = [
            "x": Numbers.coordinate(x), "y": Numbers.coordinate(y), "width": Numbers.coordinate(max(0, width)),
            "height": Numbers.coordinate(max(0, height)), "class": style,
        ]
        add(
            hint.isEmpty
                ? Markup.empty("rect", attributes)
                : Markup.element("rect", attributes, Markup.element("title", Markup.escaped(hint)))
        )
    }

    mutating func dot(x: Double, y: Double, radius: Double, style: String, hint: String = "") {
        let attributes: KeyValuePairs = [
            "cx": Numbers.coordinate(x), "cy": Numbers.coordinate(y), "r": Numbers.coordinate(radius), "class": style,
        ]
        add(
            hint.isEmpty
                ? Markup.empty("circle", attributes)
                : Markup.element("circle", attributes, Markup.element("title", Markup.escaped(hint)))
        )
    }

    /// Horizontal lines at the ticks with their texts on the left, and the unit's name on top.
    mutating func verticalAxis(_ axis: Axis, left: Double, right: Double) {
        for tick in axis.ticks {
            let y = axis.pixel(tick.value)
            line((left, y), (right, y), style: "grid")
            text(tick.text, x: left - 8, y: y + 4, style: "tick", anchor: "end")
        }
    }

    /// A base line with ticks below, and what it counts.
    mutating func horizontalAxis(_ axis: Axis, bottom: Double, label: String) {
        line((axis.start, bottom), (axis.end, bottom), style: "base")
        for tick in axis.ticks {
            let x = axis.pixel(tick.value)
            line((x, bottom), (x, bottom + 4), style: "base")
            text(tick.text, x: x, y: bottom + 17, style: "tick", anchor: "middle")
        }
        text(label, x: (axis.start + axis.end) / 2, y: bottom + 34, style: "label", anchor: "middle")
    }

    /// The picture to be put into a page that has ``ChartStyle``.
    ///
    /// - Parameter name: tells the picture from others of the page.
    func inline(name: String) -> String {
        let ids = "\(name)-title \(name)-text"
        return "<svg viewBox=\"0 0 \(Numbers.coordinate(width)) \(Numbers.coordinate(height))\" class=\"chart\" "
            + "role=\"img\" aria-labelledby=\"\(ids)\" xmlns=\"http://www.w3.org/2000/svg\">\n"
            + Markup.element("title", ["id": "\(name)-title"], Markup.escaped(title)) + "\n"
            + Markup.element("desc", ["id": "\(name)-text"], Markup.escaped(description)) + "\n"
            + parts.joined(separator: "\n") + "\n</svg>\n"
    }

    /// The picture as a file of its own.
    func file(name: String) -> String {
        let svg = inline(name: name)
        guard let end = svg.firstIndex(of: "\n") else { return svg }
        let size = "width=\"\(Numbers.coordinate(1.5 * width))\" height=\"\(Numbers.coordinate(1.5 * height))\" "
        return "<svg " + size + svg[..<end].dropFirst(5) + "\n<style>\n" + ChartStyle.colours + ChartStyle.marks
            + "svg{background:var(--ground)}\n</style>" + svg[end...]
    }
}
