/// A page that lays the mean curves of several groups of runs over each other.
struct GroupComparison {
    let title: String
    let tables: [ReportTable]
    private let groups: [(name: String, curves: GroupCurves)]
    private let runCount: Int

    init(_ groups: [RunGroup], title: String, tables: [ReportTable]) {
        self.title = title
        self.tables = tables
        self.groups = groups.map { ($0.name, GroupCurves($0)) }
        runCount = groups.reduce(0) { $0 + $1.runs.count }
    }

    var drawings: [(name: String, drawing: Drawing)] {
        Curves.Abscissa.allCases.flatMap { axis in
            Curves.Measure.allCases.compactMap { measure in
                let chart = LineChart(
                    title: measure.title(axis),
                    xLabel: axis.label,
                    xFormat: axis.format,
                    yFormat: measure.format,
                    series: groups.enumerated().map { index, group in
                        LineChart.Series(
                            name: group.name,
                            points: group.curves.points(measure, axis),
                            colour: index % ChartStyle.seriesCount,
                            isDashed: index / ChartStyle.seriesCount % 2 == 1
                        )
                    },
                    bands: groups.enumerated().map { index, group in
                        LineChart.Band(
                            points: group.curves.band(measure, axis),
                            style: "spread f\(index % ChartStyle.seriesCount)"
                        )
                    },
                    yLimits: measure.limits
                )
                return chart.drawing().map { (PlotName.curve(measure, axis), $0) }
            }
        }
    }

    var html: String {
        var page = Page(title: title + " · Hansa")
        page.add("<header>")
        page.add(Markup.element("h1", Markup.escaped(title)))
        page.paragraph("\(groups.count) configurations, \(runCount) runs", style: "lead")
        page.add("</header>")
        page.heading("Learning")
        if runCount > groups.count {
            page.paragraph("A curve is the mean over the seeds, its shade one standard deviation to both sides.")
        }
        page.charts(drawings.map { ($0.drawing.inline(name: $0.name), "") })
        page.heading("Values")
        for table in tables {
            page.table(table.summary, caption: table.caption, head: table.head, rows: table.rows, isOpen: true)
        }
        return page.html
    }
}
