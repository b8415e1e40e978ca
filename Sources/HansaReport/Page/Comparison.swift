import HansaResults

/// A page that lays the curves of several runs over each other.
struct Comparison {
    private let runs: [(name: String, files: RunFiles, curves: Curves)]

    init(_ runs: [RunFiles], folders: [String]) {
        let names = runs.map(\.name)
        let areDistinct = Set(names).count == names.count
        self.runs = zip(runs, folders).map { files, folder in
            let last = folder.split(separator: "/").last.map { String($0) } ?? folder
            return (areDistinct ? files.name : last, files, Curves(files.lines))
        }
    }

    var drawings: [(name: String, drawing: Drawing)] {
        Curves.Abscissa.allCases.flatMap { axis in
            Curves.Measure.allCases.compactMap { measure in
                let series = runs.enumerated().map { index, run in
                    LineChart.Series(
                        name: run.name,
                        points: run.curves.points(measure, axis),
                        colour: index % ChartStyle.seriesCount,
                        isDashed: index / ChartStyle.seriesCount % 2 == 1
                    )
                }
                let chart = LineChart(
                    title: measure.title(axis),
                    xLabel: axis.label,
                    xFormat: axis.format,
                    yFormat: measure.format,
                    series: series,
                    yLimits: measure.limits
                )
                return chart.drawing().map { (PlotName.curve(measure, axis), $0) }
            }
        }
    }

    var html: String {
        var page = Page(title: runs.map(\.name).joined(separator: ", ") + " · Hansa")
        page.add("<header>")
        page.add(Markup.element("h1", Markup.escaped(runs.map(\.name).joined(separator: " · "))))
        page.paragraph("\(runs.count) runs beside each other", style: "lead")
        page.add("</header>")
        page.heading("Learning")
        page.charts(drawings.map { ($0.drawing.inline(name: $0.name), "") })
        page.heading("Values")
        page.table(
            "Run by run",
            caption: "What each run came to.",
            head: ["run", "rounds", "accuracy", "loss", "worst tenth", "bytes up", "bytes down", "ε", "wall", "model"],
            rows: runs.map { Self.row($0.name, $0.files, $0.curves) },
            isOpen: true
        )
        return page.html
    }

    private static func row(_ name: String, _ files: RunFiles, _ curves: Curves) -> [String] {
        let (lines, last) = (files.lines, curves.steps.last)
        return [
            name, "\(lines.count { $0.outcome == "committed" })",
            lines.last { $0.accuracy != nil }?.accuracy.map { Numbers.percent($0, places: 2) } ?? "",
            lines.last { $0.loss != nil }?.loss.map { Numbers.decimal($0, places: 4) } ?? "",
            lines.last { $0.clients != nil }?.clients.map { Numbers.percent($0.accuracyWorstTenth) } ?? "",
            Numbers.bytes(last?.bytesUp ?? 0), Numbers.bytes(last?.bytesDown ?? 0),
            last?.epsilon.map { Numbers.brief($0) } ?? "", files.result.map { Numbers.seconds($0.seconds) } ?? "",
            files.result.map { String($0.digest.prefix(12)) } ?? "not at its end",
        ]
    }
}
