/// Pictures of a split: one bar a client, as long as its samples are many and divided by class, its label entropy, and how
/// sizes and entropies are spread.
public struct PartitionPlot: Sendable {
    /// How bars are told apart on a terminal.
    public enum Style: Sendable {
        /// A coloured block a class (256-colour escapes).
        case colour
        /// A character a class: 0 to 9, then a to z, then A to Z, then `?` for all others.
        case letters
    }

    /// The split shown.
    public let summary: PartitionSummary
    /// Its heading.
    public let title: String

    public init(_ summary: PartitionSummary, title: String) {
        self.summary = summary
        self.title = title
    }

    /// Lines for a terminal: the heading, a line a client up to `clientCountMax`, and the totals.
    public func terminal(width: Int = 80, style: Style, clientCountMax: Int = 40) -> String {
        let shown = min(summary.clientCount, max(0, clientCountMax))
        let numberWidth = String(max(0, shown - 1)).count
        let sizeWidth = max(4, String(summary.sizeMax).count)
        let barWidth = max(10, width - numberWidth - sizeWidth - 11)
        var lines = [title]
        lines.append(
            "\(padded("", to: numberWidth))  \(padded("labels", to: barWidth, isRight: false)) "
                + "\(padded("size", to: sizeWidth)) entropy"
        )
        for (number, client) in summary.clients[..<shown].enumerated() {
            lines.append(
                "\(padded(String(number), to: numberWidth)) |\(bar(client, width: barWidth, style: style))|"
                    + "\(padded(String(client.size), to: sizeWidth)) \(padded(Self.decimal(client.labelEntropy), to: 7))"
            )
        }
        if shown < summary.clientCount { lines.append("... and \(summary.clientCount - shown) more") }
        lines.append(totals)
        if shown > 0 {
            lines.append(spread("sizes", summary.clients.map { Double($0.size) }, style: style) { String(Int($0)) })
            lines.append(spread("entropies", summary.clients.map(\.labelEntropy), style: style, text: Self.decimal))
        }
        if style == .colour { lines.append(legend) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line of totals.
    var totals: String {
        "\(summary.clientCount) clients, \(summary.sampleCount) samples; size \(summary.sizeMin) to \(summary.sizeMax), "
            + "median \(summary.sizeMedian); label entropy mean \(Self.decimal(summary.labelEntropyMean)) nats "
            + "(all samples \(Self.decimal(summary.labelEntropyTotal)))"
    }

    /// How many clients have values in each of twenty steps from the least to the most: a taller mark for more.
    private func spread(
        _ name: String,
        _ values: [Double],
        style: Style,
        text: (Double) -> String
    ) -> String {
        let least = values.min() ?? 0
        let most = values.max() ?? 0
        var counts = [Int](repeating: 0, count: 20)
        for value in values where most > least {
            counts[min(counts.count - 1, Int((value - least) / (most - least) * Double(counts.count)))] += 1
        }
        if most <= least { counts = [values.count] }
        let marks = Array(style == .colour ? " ▁▂▃▄▅▆▇█" : " .:-=+*#@")
        let highest = max(1, counts.max() ?? 1)
        // The least count above none still shows.
        let bar = counts.map { marks[($0 * (marks.count - 1) + highest - 1) / highest] }
        return "\(padded(name, to: 9, isRight: false)) \(text(least)) |\(String(bar))| \(text(most))"
    }

    private var legend: String {
        "classes " + summary.histogram.indices.map { "\(Self.escape($0))█\u{1B}[0m \($0)" }.joined(separator: "  ")
    }

    /// A bar of `width` places, filled in proportion to the client's size beside the largest client's.
    private func bar(_ client: PartitionSummary.Client, width: Int, style: Style) -> String {
        var text = ""
        var position = 0
        var cumulative = 0
        for (label, count) in client.histogram.enumerated() where count > 0 {
            cumulative += count
            let end = Self.scaled(cumulative, by: width, of: summary.sizeMax)
            guard end > position else { continue }
            switch style {
            case .letters: text += String(repeating: Self.letter(label), count: end - position)
            case .colour:
                text += Self.escape(label) + String(repeating: "█", count: end - position) + "\u{1B}[0m"
            }
            position = end
        }
        return text + String(repeating: " ", count: width - position)
    }

    /// `count · width / whole`, rounded to nearest.
    private static func scaled(_ count: Int, by width: Int, of whole: Int) -> Int {
        whole == 0 ? 0 : min(width, (2 * count * width + whole) / (2 * whole))
    }

    private static let letters = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    private static func letter(_ label: Int) -> Character { label < letters.count ? letters[label] : "?" }

    /// Ten hues that stay apart on dark and on light ground, repeated beyond ten classes.
    private static let terminalColours = [33, 208, 35, 160, 98, 130, 212, 244, 142, 44]

    private static func escape(_ label: Int) -> String {
        "\u{1B}[38;5;\(terminalColours[label % terminalColours.count])m"
    }

    private func padded(_ text: String, to width: Int, isRight: Bool = true) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return isRight ? space + text : text + space
    }

    /// A number of at least 0 with two decimals.
    static func decimal(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
