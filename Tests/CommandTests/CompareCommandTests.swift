import Foundation
import Testing

/// Two rounds of a linear model: a fraction of a second.
private let tinyScenario = """
    name: tiny
    rounds: 3
    data: {name: digits}
    partition: {clients: 12}
    model: {hidden: []}
    local: {epochs: 1, batch: 20, rate: 0.1}
    round: {cohort: 4}
    update: {width: 8, range: 0.5}
    """

@Suite("hansa compare")
struct CompareCommandTests {
    private struct Outcome: Decodable {
        struct Statistic: Decodable {
            let count: Int
            let mean: Double
            let standardDeviation: Double?
        }
        struct Run: Decodable {
            let seed: UInt64
            let folder: String
            let digest: String?
            let failure: String?
            let accuracy: Double?
        }
        struct Configuration: Decodable {
            let label: String
            let settings: [String: String]
            let runs: [Run]
            let statistics: [String: Statistic]
            let differences: [String: Statistic]
        }
        let baseline: String
        let configurations: [Configuration]
    }

    private func compare(
        _ arguments: String...,
        in folder: TemporaryFolder
    ) throws -> Command.Outcome {
        let scenario = try folder.write(tinyScenario, to: "tiny.yaml")
        return try Command.finish(
            try Command.launch(["compare", scenario, "--out", folder.file("out")] + arguments)
        )
    }

    private func decoded(_ text: String) throws -> Outcome {
        try JSONDecoder().decode(Outcome.self, from: Data(text.utf8))
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("A grid over two seeds gives a table, compare.json, a page with pictures, and the digests of single runs")
    func grid() throws {
        let folder = try TemporaryFolder()
        let run = try compare("--grid", "local.rate=0.1,0.02", "--seeds", "1-2", "--target-accuracy", "0.3", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("rate=0.02") && run.output.contains("Difference to rate=0.1"), "\(run.output)")
        #expect(run.output.contains("rounds to 0.3") && run.output.contains("±"))
        #expect(run.errors.contains("4/4  "), "\(run.errors)")
        let outcome = try decoded(try text(folder.file("out/compare.json")))
        #expect(outcome.baseline == "rate=0.1")
        #expect(outcome.configurations.map(\.label) == ["rate=0.1", "rate=0.02"])
        #expect(outcome.configurations[1].settings == ["local.rate": "0.02"])
        #expect(outcome.configurations.allSatisfy { $0.statistics["accuracy"]?.count == 2 })
        #expect(outcome.configurations[0].differences.isEmpty)
        #expect(outcome.configurations[1].differences["accuracy"]?.standardDeviation != nil)
        let page = try text(folder.file("out/report.html"))
        #expect(page.contains("2 configurations, 4 runs") && page.contains("one standard deviation"))
        for plot in ["accuracy-rounds", "accuracy-bytes", "loss-rounds"] {
            let picture = try text(folder.file("out/plots/\(plot).svg"))
            #expect(picture.contains("spread f1") && picture.contains("rate=0.02"), "\(plot)")
        }
        let single = try Command.run(
            "simulate",
            folder.file("tiny.yaml"),
            "--set",
            "local.rate=0.02",
            "--seed",
            "2",
            "--out",
            folder.file("single"),
            "--json"
        )
        let digest = try #require(outcome.configurations[1].runs.first { $0.seed == 2 }?.digest)
        #expect(single.output.contains(digest))
    }

    @Test("What is finished is not run again, what was interrupted goes on, and more seeds may be added")
    func resumed() throws {
        let folder = try TemporaryFolder()
        let first = try compare("--seeds", "1-2", "--json", "--quiet", in: folder)
        #expect(first.status == 0, "\(first.errors)")
        let runs = try decoded(first.output).configurations[0].runs
        let finished = folder.file("out/\(runs[0].folder)/result.json")
        let modified = try FileManager.default.attributesOfItem(atPath: finished)[.modificationDate] as? Date
        // The second run looks as if it had been killed before its result.
        try FileManager.default.removeItem(atPath: folder.file("out/\(runs[1].folder)/result.json"))
        let second = try compare("--seeds", "1-3", "--json", in: folder)
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.errors.components(separatedBy: ", found").count == 2, "\(second.errors)")
        let again = try decoded(second.output).configurations[0].runs
        #expect(again.map(\.digest).prefix(2) == runs.map(\.digest)[...])
        #expect(again.count == 3)
        #expect(try FileManager.default.attributesOfItem(atPath: finished)[.modificationDate] as? Date == modified)
        // Without its durable state the third starts anew.
        try FileManager.default.removeItem(atPath: folder.file("out/\(again[2].folder)/result.json"))
        try FileManager.default.removeItem(atPath: folder.file("out/\(again[2].folder)/state"))
        let third = try compare("--seeds", "1-3", "--json", in: folder)
        #expect(third.status == 0, "\(third.errors)")
        #expect(try decoded(third.output).configurations[0].runs.map(\.digest) == again.map(\.digest))
    }

    @Test("Another number of jobs and threads gives the same models")
    func parallel() throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let arguments = ["--seeds", "1-3", "--json", "--quiet", "--memory"]
        func digests(_ folder: TemporaryFolder, _ own: [String]) throws -> [String?] {
            let scenario = try folder.write(tinyScenario, to: "tiny.yaml")
            let launched = try Command.launch(["compare", scenario, "--out", folder.file("out")] + arguments + own)
            return try decoded(try Command.finish(launched).output).configurations[0].runs.map(\.digest)
        }
        let alone = try digests(one, ["--jobs", "1", "--threads", "2"])
        #expect(alone.count == 3 && Set(alone).count == 3)
        #expect(try digests(other, ["--jobs", "3", "--threads", "1"]) == alone)
    }

    @Test("A run whose model diverges is told, and the others are compared")
    func diverged() throws {
        let folder = try TemporaryFolder()
        let run = try compare(
            "--set",
            "local.rate=1000",
            "--set",
            "update.range=1000",
            "--grid",
            "strategy.optimizer.rate=0.001,3e38",
            "--seeds",
            "1",
            in: folder
        )
        #expect(run.status == 70, "\(run.output)\(run.errors)")
        #expect(run.errors.contains("failed: "), "\(run.errors)")
        #expect(run.output.contains("0 of 1") && run.output.contains("1 run came to no end"), "\(run.output)")
        let outcome = try decoded(try text(folder.file("out/compare.json")))
        #expect(outcome.configurations[0].runs[0].failure == nil)
        #expect(outcome.configurations[1].runs[0].failure != nil)
    }

    @Test("Mistakes are told with what to do, before anything is run")
    func mistakes() throws {
        let folder = try TemporaryFolder()
        for (arguments, words) in [
            (["--grid", "local.rte=1,2"], "--grid local.rte=1"), (["--grid", "local.rate="], "an empty value"),
            (["--grid", "strategy.name=fedavg,fedavgg"], "Did you mean"), (["--seeds", "3-1"], "--seeds"),
            (["--seeds", "1-300"], "--max-runs 300"), (["--baseline", "x"], "\"tiny\""),
            (["--variant", "a: local.rate"], "a key and a value"),
        ] {
            let scenario = try folder.write(tinyScenario, to: "tiny.yaml")
            let launched = try Command.launch(["compare", scenario, "--out", folder.file("out")] + arguments)
            let run = try Command.finish(launched)
            #expect(run.status == 64, "\(arguments): \(run.errors)")
            #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
        }
        #expect(try Command.run("compare").status == 64)
        #expect(try Command.run("compare", "x.yaml", "--target-accuracy", "90").status == 64)
        let foreign = try TemporaryFolder()
        _ = try foreign.write("mine", to: "notes.txt")
        let scenario = try folder.write(tinyScenario, to: "tiny.yaml")
        let refused = try Command.run("compare", scenario, "--out", foreign.path)
        #expect(refused.status == 73 && refused.errors.contains("notes.txt"), "\(refused.errors)")
    }
}
