import HansaResults

/// Whose samples are of which class: a stacked column a client.
struct PartitionChart {
    var partition: PartitionRecord

    /// The most columns: more are no wider than a line.
    static let clientCountMax = 150

    func drawing() -> Drawing {
        let clients = partition.clients.prefix(Self.clientCountMax)
        let description =
            "\(Numbers.count(partition.clientCount)) clients with \(Numbers.count(partition.sizeMin)) to "
            + "\(Numbers.count(partition.sizeMax)) samples each, median \(Numbers.count(partition.sizeMedian)). "
            + "Mean label entropy \(Numbers.brief(partition.labelEntropyMean)) nats, of all samples "
            + "\(Numbers.brief(partition.labelEntropyTotal))."
        var drawing = Drawing(title: "Samples by client and class", description: description)
        let groups = groups
        let longest = groups.map(\.name.count).max() ?? 0
        let right = drawing.width - 36 - 6.6 * Double(longest)
        let (left, top, bottom) = (50.0, 32.0, drawing.height - 44)
        let largest = clients.map(\.size).max() ?? 0
        let axis = Axis(0...Double(max(1, largest)), format: .whole, from: bottom, to: top, isWidened: true)
        drawing.verticalAxis(axis, left: left, right: right)
        let pitch = (right - left) / Double(max(1, clients.count))
        let width = pitch > 4 ? pitch - 1 : pitch * 0.9
        var paths = [String](repeating: "", count: groups.count)
        for (number, client) in clients.enumerated() {
            let x = left + pitch * Double(number) + (pitch - width) / 2
            var cumulative = 0
            for (index, group) in groups.enumerated() {
                let count = group.classes.reduce(0) { sum, label in
                    sum &+ (client.histogram.indices.contains(label) ? client.histogram[label] : 0)
                }
                guard count > 0 else { continue }
                let lower = axis.pixel(Double(cumulative))
                cumulative &+= count
                let upper = axis.pixel(Double(cumulative))
                paths[index] +=
                    "M\(Numbers.coordinate(x)) \(Numbers.coordinate(lower))h\(Numbers.coordinate(width))"
                    + "V\(Numbers.coordinate(upper))h\(Numbers.coordinate(-width))z"
            }
        }
        for (index, path) in paths.enumerated() where !path.isEmpty {
            drawing.add(Markup.empty("path", ["class": "k\(index % ChartStyle.classCount)", "d": path]))
        }
        drawing.line((left, bottom), (right, bottom), style: "base")
        drawing.text(caption(clients.count), x: (left + right) / 2, y: bottom + 18, style: "label", anchor: "middle")
        for (index, group) in groups.enumerated() {
            let y = top + 20 * Double(index)
            let style = "k\(index % ChartStyle.classCount)"
            drawing.rectangle(x: right + 14, y: y, width: 11, height: 11, style: style)
            drawing.text(group.name, x: right + 31, y: y + 10, style: "tick")
        }
        return drawing
    }

    private func caption(_ shown: Int) -> String {
        if shown == 1 { return "one client" }
        let text = "clients 0 to \(shown - 1)"
        return shown == partition.clientCount ? text : text + " of \(Numbers.count(partition.clientCount))"
    }

    /// What has a colour of its own: each class, or of many classes the most frequent and all others.
    private var groups: [(name: String, classes: [Int])] {
        let labels = Array(partition.histogram.indices)
        guard labels.count > ChartStyle.classCount else { return labels.map { ("class \($0)", [$0]) } }
        let frequent = labels.sorted { (partition.histogram[$1], $0) < (partition.histogram[$0], $1) }
            .prefix(ChartStyle.classCount - 1).sorted()
        let others = labels.filter { !frequent.contains($0) }
        return frequent.map { ("class \($0)", [$0]) } + [("\(others.count) others", others)]
    }
}
