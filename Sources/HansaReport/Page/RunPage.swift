import HansaResults

/// The page of one run: figures, curves, clients, time, and how to repeat it.
struct RunPage {
    private let figures: RunFigures
    private var files: RunFiles { figures.files }
    private var lines: [RoundMetrics] { figures.files.lines }

    init(_ figures: RunFigures) { self.figures = figures }

    /// The most rows of a table; all of them are in `metrics.jsonl`.
    private static let rowCountMax = 250

    var html: String {
        var page = Page(title: files.name + " · Hansa")
        addHead(to: &page)
        addLearning(to: &page)
        addPrivacy(to: &page)
        addClients(to: &page)
        addTime(to: &page)
        addValues(to: &page)
        addConfiguration(to: &page)
        return page.html
    }

    // MARK: Sections

    private func addHead(to page: inout Page) {
        page.add("<header>")
        page.add(Markup.element("h1", Markup.escaped(files.name)))
        page.paragraph(lead, style: "lead")
        page.figures(headFigures)
        page.add("</header>")
        if let stopped = files.result?.stopped { page.paragraph("The run stopped before its last round: \(stopped)") }
    }

    private var lead: String {
        guard let result = files.result else {
            return "Not at its end: \(lines.last.map { "round \($0.round)" } ?? "no round") so far."
        }
        var parts = [
            "\(Numbers.count(result.roundCount)) rounds of \(Numbers.count(result.cohort)) among "
                + "\(Numbers.count(result.clientCount)) clients",
            "\(Numbers.count(result.parameterCount)) parameters", "seed \(result.seed)",
        ]
        if result.abortedAttemptCount > 0 {
            parts.append("\(Numbers.count(result.abortedAttemptCount)) attempts given up")
        }
        return parts.joined(separator: " · ")
    }

    private var headFigures: [(name: String, value: String, note: String)] {
        var items: [(String, String, String)] = []
        if let last = lines.last(where: { $0.accuracy != nil }), let accuracy = last.accuracy {
            let best = lines.compactMap(\.accuracy).max() ?? accuracy
            items.append(
                ("test accuracy", Numbers.percent(accuracy, places: 2), "best \(Numbers.percent(best, places: 2))")
            )
        }
        if let loss = lines.last(where: { $0.loss != nil })?.loss {
            items.append(("test loss", Numbers.brief(loss), "nats"))
        }
        if let clients = lines.last(where: { $0.clients != nil })?.clients {
            items.append(
                (
                    "worst tenth of clients", Numbers.percent(clients.accuracyWorstTenth),
                    "variance \(Numbers.brief(clients.accuracyVariance))"
                )
            )
        }
        if let last = figures.curves.steps.last {
            let floats = lines.reduce(0) { $0 &+ $1.floatBytesUp }
            let ratio = last.bytesUp > 0 ? Double(floats) / Double(last.bytesUp) : 1
            let note = ratio > 1.005 ? "float32 would be \(Numbers.brief(ratio)) times that" : "as float32"
            items.append(("sent by clients", Numbers.bytes(last.bytesUp), note))
            items.append(("sent to clients", Numbers.bytes(last.bytesDown), ""))
            if let epsilon = last.epsilon { items.append(("ε spent", Numbers.brief(epsilon), epsilonNote)) }
        }
        if let result = files.result {
            items.append(("wall time", Numbers.seconds(result.seconds), "\(result.threadCount) threads"))
        }
        if let peak = lines.compactMap({ $0.cost?.peakBytes }).max() {
            items.append(("peak memory", Numbers.bytes(peak), ""))
        }
        return items
    }

    private var isEpsilonNominal: Bool { lines.contains { $0.isEpsilonNominal == true } }

    private var epsilonNote: String { isEpsilonNominal ? "in name only: seeded noise" : "at the ledger's δ" }

    private func charts(_ items: [(name: String, caption: String)]) -> [(svg: String, caption: String)] {
        items.compactMap { name, caption in figures.inline(name).map { ($0, caption) } }
    }

    private func addLearning(to page: inout Page) {
        let shown = charts(
            [Curves.Abscissa.rounds, .bytes].flatMap { axis in
                Curves.Measure.allCases.map { (PlotName.curve($0, axis), "") }
            }
        )
        guard !shown.isEmpty else { return }
        page.heading("Learning")
        page.charts(shown)
    }

    private func addPrivacy(to page: inout Page) {
        let shown = charts(Curves.Measure.allCases.map { (PlotName.curve($0, .epsilon), "") })
        guard figures.curves.isPrivate else { return }
        page.heading("Privacy")
        page.charts(shown)
        page.paragraph(
            isEpsilonNominal
                ? "The noise of this run was drawn from a seed, so that it can be repeated: it protects nobody. ε is what "
                    + "the same noise would be worth if it were drawn from the operating system."
                : "ε is what the run's privacy ledger says; whom it protects against, and whom not, is told by "
                    + "`hansa ledger show --state-dir state`.",
            style: "quiet"
        )
    }

    private func addClients(to page: inout Page) {
        let part = lines.last { $0.clients != nil }?.clients
        let measured = part.map { clients in
            "\(Numbers.count(clients.count)) clients, each counting once, measured on "
                + (clients.part == .train ? "what they train on." : "what they hold back.")
        }
        let shown = charts([
            (PlotName.clients, (measured ?? "") + " Light: all clients; darker: without the best and the worst tenth."),
            (PlotName.histogram, ""),
            (
                PlotName.drift,
                "Norms of updates before clipping and noise, and the root mean square of their distances from their mean. "
                    + "A figure of simulations: a coordinator of real clients does not see single updates."
            ),
            (PlotName.partition, files.partition?.title ?? ""),
        ])
        guard !shown.isEmpty else { return }
        page.heading("Clients")
        page.charts(shown)
        if let partition = files.partition { addPartition(partition, to: &page) }
    }

    private func addPartition(_ partition: PartitionRecord, to page: inout Page) {
        let clients = partition.clients.prefix(Self.rowCountMax)
        page.table(
            "Samples by client",
            caption:
                "\(Numbers.count(partition.clientCount)) clients, \(Numbers.count(partition.sampleCount)) samples; size "
                + "\(Numbers.count(partition.sizeMin)) to \(Numbers.count(partition.sizeMax)), median "
                + "\(Numbers.count(partition.sizeMedian)); mean label entropy \(Numbers.brief(partition.labelEntropyMean)) "
                + "nats, of all samples \(Numbers.brief(partition.labelEntropyTotal)).",
            head: ["client", "samples", "classes", "label entropy"],
            rows: clients.enumerated().map { number, client in
                [
                    "\(number)", Numbers.count(client.size), "\(client.histogram.count { $0 > 0 })",
                    Numbers.decimal(client.labelEntropy, places: 3),
                ]
            }
        )
    }

    private func addTime(to page: inout Page) {
        guard let svg = figures.inline(PlotName.time), let (wall, cpu) = RunFigures.phases(lines) else { return }
        page.heading("Time")
        let rounds = max(1, lines.count { $0.round > 0 })
        page.charts([
            (
                svg,
                "All attempts together: \(Numbers.seconds(wall.total)) wall and \(Numbers.seconds(cpu.total)) CPU, or "
                    + "\(Numbers.seconds(wall.total / Double(rounds))) and \(Numbers.seconds(cpu.total / Double(rounds))) "
                    + "each."
            )
        ])
        let shares = zip(PhaseChart.rows(wall), PhaseChart.rows(cpu))
        page.table(
            "Time by phase",
            caption: "Seconds of all rounds, and their share of all.",
            head: ["phase", "wall", "share", "CPU", "share"],
            rows: shares.map { wallRow, cpuRow in
                [
                    wallRow.name, Numbers.seconds(wallRow.seconds),
                    Numbers.percent(wall.total > 0 ? wallRow.seconds / wall.total : 0), Numbers.seconds(cpuRow.seconds),
                    Numbers.percent(cpu.total > 0 ? cpuRow.seconds / cpu.total : 0),
                ]
            }
        )
    }

    private func addValues(to page: inout Page) {
        page.heading("Values")
        let table = ValueTable(figures.curves, rowCountMax: Self.rowCountMax)
        page.table("Round by round", caption: table.caption, head: table.head, rows: table.rows)
    }

    private func addConfiguration(to page: inout Page) {
        page.heading("Repeat it")
        page.paragraph("In this folder, the scenario as it was resolved gives the same model again:")
        page.code("hansa simulate scenario.yaml --out again")
        if files.hasParticipation {
            page.paragraph("And whoever took part, as recorded:")
            page.code("hansa simulate scenario.yaml --replay participation.jsonl --out again")
        }
        page.paragraph(
            "The exact trainer's models have the same digest on every machine; those that oneDNN trains have it on machines "
                + "of one type with the same library and instruction set.",
            style: "quiet"
        )
        var rows: [(String, String)] = []
        if let result = files.result {
            rows = [
                ("model", result.digest), ("configuration", result.configurationDigest), ("Hansa", result.version),
                ("kernels", result.kernels), ("threads", "\(result.threadCount)"),
            ]
            if let arithmetic = result.arithmetic { rows.append(("arithmetic", arithmetic)) }
            if let transport = result.transport { rows.append(("transport", transport)) }
            if let trace = result.traceHash { rows.append(("trace", trace)) }
            if result.restartCount > 0 { rows.append(("restarts", "\(result.restartCount)")) }
        }
        if !rows.isEmpty { page.facts(rows) }
        page.heading("Configuration")
        page.paragraph("Everything resolved, defaults included: scenario.yaml.", style: "quiet")
        page.code(files.scenario)
    }
}
