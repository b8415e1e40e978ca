import Foundation
import Testing

/// A run with every figure that a report can show, in a fraction of a second.
private let fullScenario = """
    name: <b>full</b> & seeded
    rounds: 3
    data: {name: digits}
    partition: {clients: 12}
    model: {hidden: []}
    round: {cohort: 4}
    strategy: {name: fedavg, weighting: uniform}
    update: {width: 16, clip: {l2: 1}}
    privacy: {mechanism: gaussian, placement: local, multiplier: 0.5, source: insecure-seeded, delta: 1e-6}
    evaluation: {clients: all, drift: true}
    """

@Suite("hansa report")
struct ReportCommandTests {
    private struct Line: Decodable {
        struct Clients: Decodable {
            let count: Int
            let part: String
        }
        struct Drift: Decodable {
            let normMean: Double
            let distance: Double?
        }
        struct Cost: Decodable {
            let wall: [String: Double]
            let cpu: [String: Double]
            let peakBytes: Int?
        }
        let round: Int
        let clients: Clients?
        let drift: Drift?
        let epsilon: Double?
        let isEpsilonNominal: Bool?
        let seconds: Double
        let cost: Cost?
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("Made again from the folder, a report is byte for byte the one that the run wrote")
    func madeAgain() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(fullScenario, to: "full.yaml")
        let out = folder.file("result")
        let run = try Command.run("simulate", scenario, "--out", out, "--quiet", "--tensorboard")
        #expect(run.status == 0, "\(run.errors)")
        let page = try text(out + "/report.html")
        #expect(page.contains("&lt;b&gt;full&lt;/b&gt; &amp; seeded") && !page.contains("<b>full"))
        let plots = try FileManager.default.contentsOfDirectory(atPath: out + "/plots").sorted()
        #expect(plots.count == 11, "\(plots)")
        let again = try Command.run("report", out, "--output", folder.file("again"))
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.output == folder.file("again") + "/report.html\n")
        #expect(try text(folder.file("again") + "/report.html") == page)
        for plot in plots {
            #expect(try text(folder.file("again") + "/plots/" + plot) == text(out + "/plots/" + plot), "\(plot)")
        }
        let events = try FileManager.default.contentsOfDirectory(atPath: out).filter { $0.hasPrefix("events.out.") }
        #expect(events.count == 1)
        try FileManager.default.removeItem(atPath: out + "/report.html")
        let finished = try Command.run("simulate", scenario, "--out", out, "--resume", "--quiet")
        #expect(finished.status == 0, "\(finished.errors)")
        #expect(try text(out + "/report.html") == page)
    }

    @Test("The lines have clients, drift, epsilon and cost where the scenario asks for them")
    func lines() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(fullScenario, to: "full.yaml")
        let out = folder.file("result")
        let run = try Command.run("simulate", scenario, "--out", out, "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let lines = try text(out + "/metrics.jsonl").split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        #expect(lines.map(\.round) == [0, 1, 2, 3])
        #expect(lines.allSatisfy { $0.clients?.count == 12 && $0.clients?.part == "train" })
        #expect(lines.dropFirst().allSatisfy { $0.drift?.normMean ?? 0 > 0 && $0.drift?.distance != nil })
        let spent = lines.compactMap(\.epsilon)
        #expect(spent.count == 3 && spent == spent.sorted() && spent[0] > 0)
        #expect(lines.dropFirst().allSatisfy { $0.isEpsilonNominal == true })
        for line in lines.dropFirst() {
            let cost = try #require(line.cost)
            let phases = ["aggregation", "encoding", "evaluation", "rest", "training"]
            #expect(cost.wall.keys.sorted() == phases && cost.cpu.keys.sorted() == phases)
            #expect(cost.wall.values.allSatisfy { $0 >= 0 } && cost.cpu.values.allSatisfy { $0 >= 0 })
            #expect(cost.peakBytes ?? 0 > 1_000_000)
        }
    }

    @Test("What is measured of clients changes neither the model nor the run's identity")
    func sameRun() throws {
        struct Result: Decodable {
            let digest: String
            let configurationDigest: String
        }
        let folder = try TemporaryFolder()
        func result(_ name: String, _ options: String...) throws -> Result {
            let arguments = [
                "simulate", try folder.write(fullScenario, to: "full.yaml"), "--json", "--quiet", "--memory",
            ]
            let run = try Command.finish(Command.launch(arguments + ["--out", folder.file(name)] + options))
            #expect(run.status == 0, "\(run.errors)")
            return try JSONDecoder().decode(Result.self, from: Data(run.output.utf8))
        }
        let full = try result("full")
        let plain = try result("plain", "--set", "evaluation.clients=0", "--set", "evaluation.drift=false")
        #expect(full.digest == plain.digest)
        #expect(full.configurationDigest == plain.configurationDigest)
    }

    @Test("Two runs lie over each other on a page of their own")
    func comparison() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(fullScenario, to: "full.yaml")
        for seed in ["1", "2"] {
            let run = try Command.run(
                "simulate",
                scenario,
                "--out",
                folder.file("seed-" + seed),
                "--quiet",
                "--seed",
                seed
            )
            #expect(run.status == 0, "\(run.errors)")
        }
        let refused = try Command.run("report", folder.file("seed-1"), folder.file("seed-2"))
        #expect(refused.status == 64)
        #expect(refused.errors.contains("--output"))
        let both = try Command.run(
            "report",
            folder.file("seed-1"),
            folder.file("seed-2"),
            "--output",
            folder.file("both")
        )
        #expect(both.status == 0, "\(both.errors)")
        let page = try text(folder.file("both") + "/report.html")
        #expect(page.contains("seed-1") && page.contains("seed-2"))
    }

    @Test("A folder without results is told, and so is a wrong number of clients")
    func mistakes() throws {
        let folder = try TemporaryFolder()
        let missing = try Command.run("report", folder.file("nothing"))
        #expect(missing.status == 66)
        #expect(missing.errors.contains("expected the results of a run"), "\(missing.errors)")
        let scenario = try folder.write("data: {name: digits}\nevaluation: {clients: some}\n", to: "wrong.yaml")
        let wrong = try Command.run("scenario", "check", scenario)
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("evaluation.clients") && wrong.errors.contains("or all"), "\(wrong.errors)")
    }
}
