import HansaCoordinator
import Yams

/// A coordinator's configuration as it is written, each value checked for its type and range; mistakes go to the reading.
///
/// A required key that is absent is reported like a wrong one.
struct CoordinatorFile {
    static let keys = ["run", "listen", "state", "tls", "roster", "limits", "report"]

    private(set) var run: CoordinatorConfiguration.Run?
    private(set) var mode = RoundPolicy.Mode.reproducible
    private(set) var allowsTestAggregators = false
    private(set) var allowsInsecureSeededNoise = false
    private(set) var allowsInsecureStrategies = false
    private(set) var listen: ListenAddress?
    private(set) var state: String?
    private(set) var tls: CoordinatorConfiguration.TLS?
    private(set) var roster: [String]?
    private(set) var limits: [String: UInt64] = [:]
    private(set) var report = CoordinatorConfiguration.Report()

    init(
        _ root: Node,
        listen: String?,
        stateFolder: String?,
        limitNames: [String],
        reading: ScenarioReading
    ) {
        let top = ScenarioSection(root, path: "", known: Self.keys, reading: reading)
        if listen != nil { reading.note("listen", line: nil) }
        self.listen = Self.readAddress(listen ?? top.text("listen") ?? "127.0.0.1:0", reading: reading)
        state = stateFolder ?? top.text("state").map { reading.source.absolute($0) }
        if state == nil, !top.has("state") {
            reading.report(
                "state",
                got: "no folder",
                expected: "the folder of the run's durable state",
                fix: "Add `state: state`, or name it with --state-dir."
            )
        }
        readRun(top)
        tls = Self.readTLS(top)
        roster = RosterFile.read(top)
        if let section = top.section("limits", known: limitNames) {
            for name in limitNames {
                limits[name] = section.integer(name, in: 0...Int(UInt32.max)).map { UInt64($0) }
            }
        }
        if let section = top.section("report", known: ["progress", "json"]) {
            report.showsRounds = section.word("progress", among: ["rounds", "none"]) != "none"
            report.isJSON = section.flag("json") ?? false
        }
    }

    private static func readAddress(_ text: String, reading: ScenarioReading) -> ListenAddress? {
        if let address = ListenAddress(text) { return address }
        reading.report(
            "listen",
            got: "\"\(text.prefix(60))\"",
            expected: "an address and a port, such as 127.0.0.1:7070 or [::1]:0"
        )
        return nil
    }

    // MARK: The run

    private mutating func readRun(_ top: ScenarioSection) {
        let known = [
            "scenario", "exact-sum", "vector", "mode", "set", "allow-test-aggregators", "allow-insecure-seeded-noise",
            "allow-insecure-strategies",
        ]
        guard let section = top.section("run", known: known) else {
            top.reading.report(
                "run",
                got: "no run",
                expected: "what is to be run, for example `run: {scenario: scenario.yaml}`"
            )
            return
        }
        if section.word("mode", among: ["reproducible", "production"]) == "production" { mode = .production }
        allowsTestAggregators = section.word("allow-test-aggregators", among: ["yes", "no"]) == "yes"
        allowsInsecureSeededNoise = section.word("allow-insecure-seeded-noise", among: ["yes", "no"]) == "yes"
        allowsInsecureStrategies = section.word("allow-insecure-strategies", among: ["yes", "no"]) == "yes"
        let kinds = ["scenario", "exact-sum", "vector"].filter { section.has($0) }
        guard kinds.count == 1, let kind = kinds.first else {
            section.reading.report(
                kinds.last.map { "run." + $0 } ?? "run",
                got: kinds.isEmpty ? "no scenario" : kinds.joined(separator: " and "),
                expected: "one of run.scenario, run.exact-sum and run.vector"
            )
            return
        }
        if kind != "scenario" {
            readTestingAid(kind, in: section)
        } else if let path = section.text("scenario") {
            run = .scenario(path: section.reading.source.absolute(path), overrides: Self.readOverrides(section))
        }
    }

    private mutating func readTestingAid(_ kind: String, in run: ScenarioSection) {
        if run.has("set") {
            run.reading.report("run.set", got: "changes of a scenario", expected: "none beside run.\(kind)")
        }
        if mode == .production {
            run.reading.report(
                run.has("mode") ? "run.mode" : "run." + kind,
                got: "\(kind) in production",
                expected: "a strategy that learns",
                fix: "\(kind) only helps tests: its model shows who took part. Set run.mode to reproducible, or "
                    + "name a scenario."
            )
        } else if !allowsTestAggregators {
            run.reading.report(
                "run." + kind,
                got: "a strategy that only helps tests",
                expected: "allow-test-aggregators: yes beside it"
            )
        }
        if kind == "exact-sum" {
            guard let section = run.section(kind, known: CountingConfiguration.keys),
                let counting = CountingConfiguration(section)
            else { return }
            self.run = .counting(counting)
        } else {
            guard let section = run.section(kind, known: VectorConfiguration.keys),
                let vector = VectorConfiguration(section)
            else { return }
            self.run = .vector(vector)
        }
    }

    /// The keys of the scenario that the configuration changes, each with the place where it does.
    private static func readOverrides(_ run: ScenarioSection) -> [ScenarioOverride] {
        guard let node = run.node("set") else { return [] }
        guard let mapping = node.mapping else {
            run.reading.report(
                "run.set",
                got: ScenarioSection.shown(node),
                expected: "keys of the scenario, such as round.quorum: 3"
            )
            return []
        }
        var overrides: [ScenarioOverride] = []
        for (key, value) in mapping {
            guard let name = key.string, let text = try? Yams.serialize(node: value) else { continue }
            overrides.append(
                ScenarioOverride(
                    key: name,
                    value: text,
                    option: "run.set of \(run.reading.source.file), line \(key.mark?.line ?? 0)"
                )
            )
        }
        return overrides
    }

    // MARK: The rest

    private static func readTLS(_ top: ScenarioSection) -> CoordinatorConfiguration.TLS? {
        let keys = ["certificate", "key", "clients"]
        guard let section = top.section("tls", known: keys) else {
            top.reading.report(
                "tls",
                got: "no certificates",
                expected: "`tls: {certificate: …, key: …, clients: …}`, three files in PEM"
            )
            return nil
        }
        for key in keys where !section.has(key) {
            section.reading.report(section.keyPath(key), got: "no file", expected: "a file in PEM")
        }
        func file(_ key: String) -> String? { section.text(key).map { section.reading.source.absolute($0) } }
        let (certificate, key, clients) = (file("certificate"), file("key"), file("clients"))
        guard let certificate, let key, let clients else { return nil }
        return CoordinatorConfiguration.TLS(certificate: certificate, key: key, clients: clients)
    }
}
