import HansaQuantization
import Yams

extension ScenarioFile {
    static let keys = [
        "name", "seed", "rounds", "run", "data", "partition", "model", "local", "trainer", "round", "strategy",
        "update",
        "privacy",
        "download", "evaluation",
    ]

    /// Reads the sections; mistakes go to `reading`.
    init(_ root: Node, reading: ScenarioReading) {
        let top = ScenarioSection(root, path: "", known: Self.keys, reading: reading)
        name = top.text("name")
        seed = top.seed("seed")
        rounds = top.integer("rounds", in: 1...Int(Int32.max))
        run = top.text("run")
        if let run, run.utf8.count != 32 || !run.utf8.allSatisfy({ Self.hexadecimalDigits.contains($0) }) {
            reading.report("run", got: "\"\(run)\"", expected: "32 hexadecimal digits, or no run at all")
        }
        data = readData(top)
        partition = readPartition(top)
        if let section = top.section("model", known: Self.modelKeys) { model = Self.readModel(section) }
        if let section = top.section("local", known: Self.localKeys) { local = Self.readLocal(section) }
        trainer = Self.readTrainer(top)
        if let section = top.section("round", known: Self.roundKeys) { round = Self.readRound(section) }
        if let section = top.section("strategy", known: ["name", "weighting", "cap", "optimizer", "options"]) {
            strategy = Self.readStrategy(section)
        }
        if let section = top.section("update", known: ["width", "range", "clip", "training-loss"]) {
            update = Self.readUpdate(section)
        }
        if let section = top.section("privacy", known: Self.privacyKeys) { privacy = Self.readPrivacy(section) }
        if let section = top.section("download", known: ["width"]) {
            download.width = section.integer("width", in: 2...32)
        }
        if let section = top.section("evaluation", known: ["every", "clients", "drift"]) {
            evaluationInterval = section.integer("every", in: 0...Int(Int32.max))
            evaluatedClients = Self.readClientCount(section, "clients")
            evaluatesDrift = section.flag("drift")
        }
    }

    /// A number of clients, or the word all.
    private static func readClientCount(_ section: ScenarioSection, _ key: String) -> Int? {
        if section.node(key)?.string == "all" { return .max }
        return section.integer(key, in: 0...Int(UInt32.max) - 1, orWord: "all")
    }

    private static let hexadecimalDigits = Set("0123456789abcdef".utf8)

    private static let roundKeys = [
        "cohort", "share", "over-selection", "dropout", "quorum", "deadline-seconds", "attempts", "cohorts",
    ]

    private func readPartition(_ top: ScenarioSection) -> Partition {
        var partition = Partition()
        let parameters = [
            "iid": ["clients"], "dirichlet": ["clients", "alpha", "minimum"], "shards": ["clients", "per-client"],
            "quantity": ["clients", "alpha", "minimum"], "dirichlet-balanced": ["clients", "alpha", "minimum"],
            "classes": ["clients", "per-client"], "power-law": ["clients", "sigma", "minimum", "per-client"],
            "natural": ["clients", "column"],
            "file": ["clients", "folder"],
        ]
        let kinds = [
            "iid", "dirichlet", "dirichlet-balanced", "shards", "classes", "quantity", "power-law", "natural", "file",
        ]
        // The kind decides which other keys make sense, so it is looked at first, and reported below if it is wrong.
        let kind = top.node("partition")?.mapping?["kind"]?.string ?? "iid"
        // A kind from the command line leaves the file's other keys behind; they are known then, and unused.
        let isOverridden = top.reading.options["partition.kind"] != nil
        let own =
            (isOverridden ? nil : parameters[kind]) ?? [
                "clients", "alpha", "minimum", "per-client", "sigma", "column", "folder",
            ]
        guard let section = top.section("partition", known: ["kind"] + own + ["seed", "feature-skew"]) else {
            return partition
        }
        partition.kind = section.word("kind", among: kinds)
        partition.clients = section.integer("clients", in: 1...Int(UInt32.max) - 1)
        partition.alpha = section.number("alpha", .aboveZero)
        partition.minimum = section.integer("minimum", in: 1...Int(UInt32.max))
        partition.perClient = section.integer("per-client", in: 1...Int(UInt32.max))
        partition.sigma = section.number("sigma", .aboveZero)
        partition.skew = Self.readFeatureSkew(section)
        partition.column = section.text("column")
        partition.folder = section.text("folder").map { section.reading.source.absolute($0) }
        partition.seed = section.seed("seed")
        if partition.kind == "file", partition.folder == nil, !section.has("folder") {
            section.reading.report(
                "partition.folder",
                got: "no folder",
                expected: "a folder with offsets.u32 and parts.u32"
            )
        }
        return partition
    }

    private static func readRound(_ section: ScenarioSection) -> Round {
        if section.has("cohort"), section.has("share") {
            section.reading.report(
                "round.share",
                got: "a share beside a cohort",
                expected: "one of the two",
                fix: "Remove round.share or round.cohort."
            )
        }
        return Round(
            cohort: section.integer("cohort", in: 1...Int(UInt32.max)),
            share: section.number("share", .share),
            overSelection: section.number("over-selection", .unit),
            dropout: section.number("dropout", .belowOne),
            quorum: section.integer("quorum", in: 1...Int(UInt32.max)),
            deadlineSeconds: section.number("deadline-seconds", Self.deadlineRule),
            attempts: section.integer("attempts", in: 1...(1 << 24) - 1),
            cohorts: section.text("cohorts").map { section.reading.source.absolute($0) }
        )
    }

    static let deadlineRule = NumberRule(text: "seconds from 0.001 to 4000000") { (0.001...4e6).contains($0) }
}
