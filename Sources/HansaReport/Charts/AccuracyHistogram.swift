import HansaResults

/// How many clients the last model serves how well.
struct AccuracyHistogram {
    var clients: ClientDistribution
    /// The round of the model.
    var round: UInt32

    func drawing() -> Drawing {
        let description =
            "\(Numbers.count(clients.count)) clients: mean \(Numbers.percent(clients.accuracyMean)), worst tenth "
            + "\(Numbers.percent(clients.accuracyWorstTenth)), variance \(Numbers.brief(clients.accuracyVariance))."
        var drawing = Drawing(title: "Clients by accuracy, after round \(round)", description: description)
        let (left, right, top, bottom) = (50.0, drawing.width - 30, 68.0, drawing.height - 44)
        let largest = clients.accuracyHistogram.max() ?? 0
        let vertical = Axis(
            0...Double(max(1, largest)),
            format: .whole,
            from: bottom,
            to: top,
            isWidened: true,
            count: 4
        )
        let horizontal = Axis(0...1, format: .percent, from: left, to: right, isWidened: false)
        drawing.verticalAxis(vertical, left: left, right: right)
        let pitch = (right - left) / Double(max(1, clients.accuracyHistogram.count))
        for (index, count) in clients.accuracyHistogram.enumerated() where count > 0 {
            let y = vertical.pixel(Double(count))
            drawing.rectangle(
                x: left + pitch * Double(index) + 1,
                y: y,
                width: pitch - 2,
                height: bottom - y,
                style: "f0",
                hint: "\(5 * index) to \(5 * (index + 1)) %: \(count) clients"
            )
        }
        drawing.horizontalAxis(horizontal, bottom: bottom, label: "accuracy on the client's own data")
        let marks = [
            (
                x: horizontal.pixel(clients.accuracyWorstTenth),
                name: "worst tenth \(Numbers.percent(clients.accuracyWorstTenth))"
            ),
            (x: horizontal.pixel(clients.accuracyMean), name: "mean \(Numbers.percent(clients.accuracyMean))"),
        ]
        // Texts point to the wider side, and the line that they would cross begins below them.
        let isLeft = marks[1].x > (left + right) / 2
        for (row, mark) in (isLeft ? marks.reversed() : marks).enumerated() {
            let height = 32 + 15 * Double(row)
            let pointsLeft = isLeft && mark.x > left + 120
            drawing.line((mark.x, height - 4), (mark.x, bottom), style: "mark")
            drawing.text(
                mark.name,
                x: pointsLeft ? mark.x - 6 : mark.x + 6,
                y: height + 6,
                style: "name",
                anchor: pointsLeft ? "end" : "start"
            )
        }
        return drawing
    }
}
