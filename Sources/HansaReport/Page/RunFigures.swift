import HansaResults

/// The pictures of a run, each with its name.
struct RunFigures {
    let files: RunFiles
    let curves: Curves
    let drawings: [(name: String, drawing: Drawing)]

    init(_ files: RunFiles) {
        self.files = files
        let curves = Curves(files.lines)
        self.curves = curves
        var drawings: [(String, Drawing)] = []
        func add(_ name: String, _ drawing: Drawing?) {
            if let drawing { drawings.append((name, drawing)) }
        }
        for axis in Curves.Abscissa.allCases where axis != .epsilon || curves.isPrivate {
            for measure in Curves.Measure.allCases {
                add(PlotName.curve(measure, axis), Self.chart(curves, measure, axis).drawing())
            }
        }
        add(PlotName.clients, Self.clientChart(curves)?.drawing())
        if let line = files.lines.last(where: { $0.clients != nil }), let clients = line.clients {
            add(PlotName.histogram, AccuracyHistogram(clients: clients, round: line.round).drawing())
        }
        add(PlotName.drift, Self.driftChart(curves)?.drawing())
        if let (wall, cpu) = Self.phases(files.lines) { add(PlotName.time, PhaseChart(wall: wall, cpu: cpu).drawing()) }
        if let partition = files.partition, !partition.clients.isEmpty {
            add(PlotName.partition, PartitionChart(partition: partition).drawing())
        }
        self.drawings = drawings
    }

    /// The picture of a name as markup; nil where the run has none.
    func inline(_ name: String) -> String? { drawings.first { $0.name == name }?.drawing.inline(name: name) }

    /// What all rounds together took; nil where nothing was measured.
    static func phases(_ lines: [RoundMetrics]) -> (wall: RoundCost.Phases, cpu: RoundCost.Phases)? {
        let costs = lines.compactMap(\.cost)
        guard let first = costs.first else { return nil }
        return costs.dropFirst().reduce((first.wall, first.cpu)) { ($0.0 + $1.wall, $0.1 + $1.cpu) }
    }

    private static func chart(_ curves: Curves, _ measure: Curves.Measure, _ axis: Curves.Abscissa) -> LineChart {
        var series = [LineChart.Series(name: "", points: curves.points(measure, axis), colour: 0)]
        if measure == .loss, axis == .rounds {
            let training = curves.points { $0.trainingLoss }
            if !training.isEmpty {
                series[0].name = "test"
                series.append(LineChart.Series(name: "training", points: training, colour: 1, isDashed: true))
            }
        }
        return LineChart(
            title: measure.title(axis),
            xLabel: axis.label,
            xFormat: axis.format,
            yFormat: measure.format,
            series: series,
            yLimits: measure.limits
        )
    }

    private static func clientChart(_ curves: Curves) -> LineChart? {
        let measured = curves.steps.compactMap { step in step.line.clients.map { (Double(step.line.round), $0) } }
            .filter { $0.1.accuracyDeciles.count == 11 }
        guard !measured.isEmpty else { return nil }
        func band(_ lower: Int, _ upper: Int, _ style: String) -> LineChart.Band {
            LineChart.Band(
                points: measured.map { ($0.0, $0.1.accuracyDeciles[lower], $0.1.accuracyDeciles[upper]) },
                style: style
            )
        }
        return LineChart(
            title: "Accuracy of clients, from the worst to the best",
            xLabel: "round",
            xFormat: .whole,
            yFormat: .percent,
            series: [
                LineChart.Series(name: "mean", points: measured.map { ($0.0, $0.1.accuracyMean) }, colour: 0),
                LineChart.Series(
                    name: "worst tenth",
                    points: measured.map { ($0.0, $0.1.accuracyWorstTenth) },
                    colour: 1
                ),
            ],
            bands: [band(0, 10, "wide"), band(1, 9, "narrow")],
            yLimits: 0...1
        )
    }

    private static func driftChart(_ curves: Curves) -> LineChart? {
        let series = [
            LineChart.Series(name: "largest norm", points: curves.points { $0.drift?.normMax }, colour: 1),
            LineChart.Series(name: "mean norm", points: curves.points { $0.drift?.normMean }, colour: 0),
            LineChart.Series(
                name: "distance",
                points: curves.points { $0.drift?.distance },
                colour: 2,
                isDashed: true
            ),
        ].filter { !$0.points.isEmpty }
        guard !series.isEmpty else { return nil }
        return LineChart(
            title: "Drift of clients",
            xLabel: "round",
            xFormat: .whole,
            yFormat: .number,
            series: series
        )
    }
}
