extension PartitionPlot {
    private static let colours = [
        "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#9c755f", "#ff9da7", "#bab0ac", "#edc948", "#76b7b2",
    ]

    /// A self-contained SVG picture: a stacked column a client, in the clients' order, up to `clientCountMax`, and its
    /// label entropy below.
    public func svg(width: Int = 960, height: Int = 540, clientCountMax: Int = 500) -> String {
        let shown = min(summary.clientCount, max(1, clientCountMax))
        let frame = Frame(width: width, height: height, clientCount: shown, sizeMax: max(1, summary.sizeMax))
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
            height="\(height)" role="img" font-family="sans-serif" font-size="12">
            """,
            "<title>\(Self.escaped(title))</title>",
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>",
            "<text x=\"\(frame.left)\" y=\"22\" font-size=\"15\" font-weight=\"bold\">\(Self.escaped(title))</text>",
            "<text x=\"\(frame.left)\" y=\"40\" fill=\"#555555\">\(Self.escaped(totals))</text>",
        ]
        parts += axis(frame)
        for (number, client) in summary.clients[..<shown].enumerated() { parts.append(column(client, number, frame)) }
        parts += legend(frame)
        let omitted = summary.clientCount - shown
        let caption = omitted > 0 ? "client 0 to \(shown - 1), and \(omitted) more" : "client 0 to \(shown - 1)"
        let middle = frame.left + frame.plotWidth / 2
        parts.append("<text x=\"\(middle)\" y=\"\(frame.bottom + 18)\" text-anchor=\"middle\">\(caption)</text>")
        parts += entropies(frame, summary.clients[..<shown])
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private struct Frame {
        let left = 60
        let top = 56
        let plotWidth: Int
        let plotHeight: Int
        let bottom: Int
        let clientCount: Int
        let sizeMax: Int

        static let entropyHeight = 84
        var entropyTop: Int { bottom + 48 }
        var entropyBottom: Int { entropyTop + Frame.entropyHeight }

        init(width: Int, height: Int, clientCount: Int, sizeMax: Int) {
            plotWidth = max(100, width - 160)
            bottom = max(156, height - 36 - Frame.entropyHeight - 30)
            plotHeight = bottom - top
            self.clientCount = clientCount
            self.sizeMax = sizeMax
        }

        /// How many pixels high some samples are.
        func pixels(_ count: Int) -> Double { Double(count) * Double(plotHeight) / Double(sizeMax) }
    }

    /// A bar a client, of the height of its label entropy, beside that of all samples, which no skew would leave it at.
    private func entropies(_ frame: Frame, _ clients: ArraySlice<PartitionSummary.Client>) -> [String] {
        let most = max(summary.labelEntropyTotal, clients.map(\.labelEntropy).max() ?? 0, 0.01)
        func height(_ entropy: Double) -> Double { entropy / most * Double(Frame.entropyHeight) }
        let pitch = Double(frame.plotWidth) / Double(frame.clientCount)
        let width = Self.decimal(pitch > 4 ? pitch * 0.88 : pitch)
        let total = Self.decimal(Double(frame.entropyBottom) - height(summary.labelEntropyTotal))
        let right = frame.left + frame.plotWidth
        var parts = [
            "<text x=\"\(frame.left)\" y=\"\(frame.entropyTop - 6)\" fill=\"#555555\">label entropy (nats); "
                + "the line is that of all samples</text>",
            "<text x=\"\(frame.left - 6)\" y=\"\(frame.entropyBottom)\" text-anchor=\"end\">0</text>",
            "<text x=\"\(frame.left - 6)\" y=\"\(total)\" text-anchor=\"end\" dominant-baseline=\"middle\">"
                + "\(Self.decimal(summary.labelEntropyTotal))</text>",
        ]
        for (number, client) in clients.enumerated() {
            let x = Self.decimal(Double(frame.left) + pitch * Double(number))
            let y = Self.decimal(Double(frame.entropyBottom) - height(client.labelEntropy))
            parts.append(
                "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(Self.decimal(height(client.labelEntropy)))\" "
                    + "fill=\"#76849a\"/>"
            )
        }
        parts.append(
            "<line x1=\"\(frame.left)\" x2=\"\(right)\" y1=\"\(total)\" y2=\"\(total)\" stroke=\"#222222\" "
                + "stroke-dasharray=\"4 3\"/>"
        )
        return parts
    }

    private func axis(_ frame: Frame) -> [String] {
        let line = "<line x1=\"\(frame.left)\" x2=\"\(frame.left + frame.plotWidth)\" stroke=\"#cccccc\""
        return [0, summary.sizeMax / 2, summary.sizeMax].map { tick in
            let y = Self.decimal(max(0, Double(frame.bottom) - frame.pixels(tick)))
            return "\(line) y1=\"\(y)\" y2=\"\(y)\"/><text x=\"\(frame.left - 6)\" y=\"\(y)\" "
                + "text-anchor=\"end\" dominant-baseline=\"middle\">\(tick)</text>"
        }
    }

    private func column(_ client: PartitionSummary.Client, _ number: Int, _ frame: Frame) -> String {
        let pitch = Double(frame.plotWidth) / Double(frame.clientCount)
        let x = Self.decimal(Double(frame.left) + pitch * Double(number))
        let width = Self.decimal(pitch > 4 ? pitch * 0.88 : pitch)
        var text =
            "<g><title>client \(number): \(client.size) samples, label entropy "
            + "\(Self.decimal(client.labelEntropy)) nats</title>"
        var cumulative = 0
        for (label, count) in client.histogram.enumerated() where count > 0 {
            cumulative += count
            let y = Self.decimal(max(0, Double(frame.bottom) - frame.pixels(cumulative)))
            let height = Self.decimal(frame.pixels(count))
            text +=
                "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(Self.colour(label))\"/>"
        }
        return text + "</g>"
    }

    /// The classes' colours, up to as many as fit beside the plot.
    private func legend(_ frame: Frame) -> [String] {
        let x = frame.left + frame.plotWidth + 16
        let fitting = min(summary.histogram.count, frame.plotHeight / 18)
        return (0..<fitting).map { label in
            let y = frame.top + 18 * label
            let isCut = label == fitting - 1 && fitting < summary.histogram.count
            let text = isCut ? "... to class \(summary.histogram.count - 1)" : "class \(label)"
            return "<rect x=\"\(x)\" y=\"\(y)\" width=\"12\" height=\"12\" fill=\"\(Self.colour(label))\"/>"
                + "<text x=\"\(x + 17)\" y=\"\(y + 10)\">\(text)</text>"
        }
    }

    private static func colour(_ label: Int) -> String { colours[label % colours.count] }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
