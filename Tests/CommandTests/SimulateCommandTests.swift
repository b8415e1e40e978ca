import Foundation
import Testing

/// A run that takes a fraction of a second.
private let smallScenario = """
    name: small
    rounds: 6
    data: {name: digits}
    partition: {clients: 12}
    model: {hidden: [8]}
    round: {cohort: 4}
    """

/// What the tests look at in `--json` and `result.json`.
private struct Result: Decodable, Equatable {
    let digest: String
    let roundCount: Int
    let accuracy: Double?
    let bytesUp: Int
    let floatBytesUp: Int
    let traceHash: String?
    let restartCount: Int
}

@Suite("hansa simulate")
struct SimulateCommandTests {
    private func result(_ text: String) throws -> Result {
        try JSONDecoder().decode(Result.self, from: Data(text.utf8))
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { String($0) }
    }

    @Test("A run leaves the files it promises, and a second one into the same folder is refused")
    func resultFolder() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario, to: "small.yaml")
        let out = folder.file("result")
        let run = try Command.run("simulate", scenario, "--out", out, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let result = try result(run.output)
        #expect(result.roundCount == 6)
        #expect(result.digest.count == 64)
        #expect(result.floatBytesUp > 3 * result.bytesUp)
        #expect(run.errors.contains("round 6/6"))
        #expect(!run.errors.contains("\r"))
        let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        #expect(
            names == [
                "metrics.jsonl", "model.safetensors", "participation.jsonl", "partition.json", "plots", "report.html",
                "result.json", "scenario.yaml", "state",
            ]
        )
        #expect(try lines(out + "/metrics.jsonl").count == 7)
        #expect(try lines(out + "/participation.jsonl").count == 6)
        #expect(try self.result(String(contentsOfFile: out + "/result.json", encoding: .utf8)) == result)

        let again = try Command.run("simulate", scenario, "--out", out)
        #expect(again.status == 73)
        #expect(again.errors.contains("--resume") && again.errors.contains("--force"), "\(again.errors)")
        let finished = try Command.run("simulate", scenario, "--out", out, "--resume", "--json")
        #expect(finished.status == 0)
        #expect(try self.result(finished.output) == result)
        let other = try Command.run("simulate", scenario, "--out", out, "--resume", "--seed", "2")
        #expect(other.status == 64)
        #expect(other.errors.contains("another scenario or seed"), "\(other.errors)")
        let forced = try Command.run("simulate", scenario, "--out", out, "--force", "--json", "--quiet")
        #expect(forced.status == 0)
        #expect(forced.errors.isEmpty)
        #expect(try self.result(forced.output).digest == result.digest)
    }

    @Test("Threads, faults, memory and a replay change nothing of the model; a seed does")
    func sameDigest() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario, to: "small.yaml")
        func digest(_ name: String, _ options: String...) throws -> Result {
            let launched = try Command.launch(
                ["simulate", scenario, "--json", "--quiet", "--out", folder.file(name)] + options
            )
            let run = try Command.finish(launched)
            #expect(run.status == 0, "\(run.errors)")
            return try result(run.output)
        }
        let plain = try digest("plain", "--threads", "2")
        #expect(try digest("one", "--threads", "1", "--memory").digest == plain.digest)
        #expect(!FileManager.default.fileExists(atPath: folder.file("one/state")))
        let faulty = try digest("faulty", "--faults", "default,seed=3", "--trace-hash", "--memory")
        #expect(faulty.digest == plain.digest)
        #expect(faulty.traceHash?.count == 64)
        #expect(
            try digest("again", "--faults", "default,seed=3", "--trace-hash", "--memory").traceHash == faulty.traceHash
        )
        #expect(plain.traceHash == nil)
        #expect(try digest("durable", "--faults", "default,seed=3").digest == plain.digest)
        #expect(try digest("replay", "--replay", folder.file("plain")).digest == plain.digest)
        #expect(try digest("resolved", "--set", "name=small").digest == plain.digest)
        #expect(try digest("seeded", "--seed", "2").digest != plain.digest)
    }

    @Test("A run that is interrupted or killed goes on to the same model", arguments: [SIGINT, SIGKILL])
    func interruption(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let text = smallScenario.replacingOccurrences(of: "rounds: 6", with: "rounds: 150")
        let scenario = try folder.write(text, to: "long.yaml")
        let whole = try Command.run("simulate", scenario, "--out", folder.file("whole"), "--json", "--memory")
        #expect(whole.status == 0, "\(whole.errors)")

        let out = folder.file("result")
        let launched = try Command.launch(["simulate", scenario, "--out", out])
        // The run is under way once some rounds are in the file.
        while launched.process.isRunning, (try? lines(out + "/metrics.jsonl").count) ?? 0 < 4 {
            Thread.sleep(forTimeInterval: 0.002)
        }
        kill(launched.process.processIdentifier, signal)
        let stopped = try Command.finish(launched)
        // On a machine that is very fast it may have ended before.
        if stopped.status != 0 {
            #expect(stopped.status == (signal == SIGINT ? 130 : -SIGKILL))
            if signal == SIGINT { #expect(stopped.errors.contains("--resume"), "\(stopped.errors)") }
            let resumed = try Command.run("simulate", scenario, "--out", out, "--resume", "--json")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try result(resumed.output).digest == result(whole.output).digest)
            #expect(try result(resumed.output).bytesUp == result(whole.output).bytesUp)
        }
        let rounds = try lines(out + "/metrics.jsonl").map { line in
            try JSONDecoder().decode([String: JSONNumber].self, from: Data(line.utf8))["round"]?.value
        }
        #expect(rounds == (0...150).map { Double($0) })
        #expect(try lines(out + "/participation.jsonl").count == 150)
    }

    @Test("A mistake in a scenario ends with 64 before anything is written")
    func scenarioMistakes() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario + "\nupdate: {width: 1}\nevaluate: {}", to: "small.yaml")
        let run = try Command.run("simulate", scenario, "--out", folder.file("result"))
        #expect(run.status == 64)
        #expect(run.errors.contains("small.yaml, line 7, update.width: got 1"), "\(run.errors)")
        #expect(run.errors.contains("line 8, evaluate"), "\(run.errors)")
        #expect(run.errors.contains("Did you mean \"evaluation\"?"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("result")))
        let absent = try Command.run("simulate", folder.file("none.yaml"))
        #expect(absent.status == 64)
        #expect(absent.errors.contains("no such file"))
    }

    @Test("Wrong options end with 64")
    func usage() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario, to: "small.yaml")
        for options in [
            ["--threads", "0"], ["--threads", "many"], ["--faults", "crush=0.1"], ["--rounds", "-1"], ["--set", "x"],
            ["--resume", "--force"], ["--resume", "--memory"], ["--unknown"],
        ] {
            let launched = try Command.launch(["simulate", scenario, "--out", folder.file("result")] + options)
            let run = try Command.finish(launched)
            #expect(run.status == 64, "\(options): \(run.errors)")
            #expect(!run.errors.isEmpty)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("result")))
    }

    @Test("Missing data and damaged records end with 65")
    func data() throws {
        let folder = try TemporaryFolder()
        let text = smallScenario.replacingOccurrences(of: "digits", with: "mnist")
        let scenario = try folder.write(text, to: "mnist.yaml")
        let run = try Command.run("simulate", scenario, "--out", folder.file("result"))
        #expect(run.status == 65)
        #expect(run.errors.contains("hansa data fetch mnist"), "\(run.errors)")
        let small = try folder.write(smallScenario, to: "small.yaml")
        let record = try folder.write("{}\n", to: "participation.jsonl")
        let replay = try Command.run("simulate", small, "--replay", record)
        #expect(replay.status == 65)
        #expect(replay.errors.contains("line 1"), "\(replay.errors)")
        let initial = try folder.write("four", to: "initial.f32")
        let fit = try Command.run("simulate", small, "--set", "model.initial=\(initial)")
        #expect(fit.status == 64)
        #expect(fit.errors.contains("got 1 parameters") && fit.errors.contains("does not fit"), "\(fit.errors)")
    }

    @Test("A folder with other files is never touched, a file in the way is told")
    func foreignFolders() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario, to: "small.yaml")
        let note = try folder.write("keep me", to: "note")
        try FileManager.default.createDirectory(atPath: folder.file("other"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: note, toPath: folder.file("other/note"))
        let forced = try Command.run("simulate", scenario, "--out", folder.file("other"), "--force")
        #expect(forced.status == 73)
        #expect(forced.errors.contains("(note)"), "\(forced.errors)")
        #expect(FileManager.default.fileExists(atPath: folder.file("other/note")))
        #expect(try Command.run("simulate", scenario, "--out", note).status == 73)
    }

    @Test("A folder that another process runs in is not replaced")
    func running() throws {
        let folder = try TemporaryFolder()
        let text = smallScenario.replacingOccurrences(of: "rounds: 6", with: "rounds: 1000000")
        let scenario = try folder.write(text, to: "long.yaml")
        let out = folder.file("result")
        let launched = try Command.launch(["simulate", scenario, "--out", out])
        while launched.process.isRunning, (try? lines(out + "/metrics.jsonl").count) ?? 0 < 2 {
            Thread.sleep(forTimeInterval: 0.002)
        }
        let forced = try Command.run("simulate", scenario, "--out", out, "--force")
        #expect(forced.status == 73, "\(forced.errors)")
        #expect(launched.process.isRunning)
        #expect(FileManager.default.fileExists(atPath: out + "/state/hansa.sqlite"))
        kill(launched.process.processIdentifier, SIGKILL)
        _ = try Command.finish(launched)
    }

    @Test("A state that is gone or empty ends a resumed run with 65", arguments: ["", "/hansa.sqlite"])
    func lostState(name: String) throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario, to: "small.yaml")
        let out = folder.file("result")
        #expect(try Command.run("simulate", scenario, "--out", out).status == 0)
        try FileManager.default.removeItem(atPath: out + "/result.json")
        try FileManager.default.removeItem(atPath: out + "/state" + name)
        if !name.isEmpty { try Data().write(to: URL(fileURLWithPath: out + "/state" + name)) }
        let resumed = try Command.run("simulate", scenario, "--out", out, "--resume")
        #expect(resumed.status == 65, "\(resumed.errors)")
        #expect(try lines(out + "/metrics.jsonl").count == 7)
    }

    @Test("A folder with a scenario alone is somebody's own")
    func scenarioAlone() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario, to: "scenario.yaml")
        let run = try Command.run("simulate", scenario, "--out", folder.path, "--force")
        #expect(run.status == 73)
        #expect(run.errors.contains("(scenario.yaml)"), "\(run.errors)")
        #expect(try String(contentsOfFile: scenario, encoding: .utf8) == smallScenario)
    }

    @Test("A kernel variant that there is not ends with 64 before anything is written")
    func kernels() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(smallScenario, to: "small.yaml")
        let launched = try Command.launch(
            ["simulate", scenario, "--out", folder.file("result")],
            environment: ["HANSA_KERNELS": "fastest"]
        )
        let run = try Command.finish(launched)
        #expect(run.status == 64)
        #expect(run.errors.contains("got \"fastest\"") && run.errors.contains("baseline, v3, v4"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("result")))
    }
}

/// A number or anything else of a line of JSON.
private struct JSONNumber: Decodable {
    let value: Double?

    init(from decoder: any Decoder) throws { value = try? decoder.singleValueContainer().decode(Double.self) }
}
