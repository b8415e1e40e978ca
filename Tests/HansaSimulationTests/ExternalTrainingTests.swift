import Foundation
import HansaCoordinator
import HansaCore
import HansaResults
import HansaSimulation
import Testing

@Suite("External trainers", .serialized)
struct ExternalTrainingTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let hasPython = runs(["python3", "-c", "import sys"])
    private static let hasNumpy = runs(["python3", "-c", "import numpy"])

    private static func runs(_ words: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// What a run left: its result, its metrics' clients, its log, and whether the private folder is gone.
    private struct Outcome {
        let result: RunResult
        let participation: [ParticipationRecord]
        let log: String
        let isClean: Bool
    }

    private func run(_ text: String, in folder: URL = root) async throws -> Outcome {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-external-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: path) }
        var options = SimulationRunner.Options(folder: ResultFolder(path: path.path))
        options.threadCount = 2
        options.isInMemory = true
        let scenario = try Scenario(text: text, file: folder.appendingPathComponent("scenario.yaml").path)
        let result = try await SimulationRunner(scenario.prepared(), options: options).run()
        let file = options.folder.file(ResultFolder.participationFile)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        return Outcome(
            result: result,
            participation: try lines.map { try JSONDecoder().decode(ParticipationRecord.self, from: Data($0.utf8)) },
            log: try String(contentsOfFile: options.folder.file(ResultFolder.trainerLog), encoding: .utf8),
            isClean: !FileManager.default.fileExists(atPath: options.folder.file(ResultFolder.trainerFolder))
        )
    }

    @Test("The numpy trainer learns what the exact trainer learns", .enabled(if: hasNumpy, "python3 has no numpy"))
    func numpy() async throws {
        let text = """
            data: {name: digits}
            partition: {clients: 8}
            model: {hidden: [16]}
            local: {batch: 0, epochs: 4, rate: 0.2, momentum: 0.5, decay: 0.001, shuffle: false}
            rounds: 3
            round: {cohort: 4, quorum: 4}
            update: {width: 24, range: 2, training-loss: true}
            """
        let trainer = Self.root.appendingPathComponent("Examples/numpy-trainer/trainer.py").path
        let external = try await run(text + "\ntrainer: {command: [python3, \"\(trainer)\"], answer-seconds: 120}")
        #expect(external.log.isEmpty && external.isClean)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-exact-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: path) }
        var options = SimulationRunner.Options(folder: ResultFolder(path: path.path))
        options.isInMemory = true
        let exact = try await SimulationRunner(
            try Scenario(text: text, file: "test.yaml").prepared(),
            options: options
        ).run()
        let (got, expected) = (try #require(external.result.loss), try #require(exact.loss))
        // 24 bits over ±2 are steps of 2^-22; both sum float32 in their own order.
        #expect(abs(got - expected) < 1e-4)
        #expect(external.result.roundCount == 3)
    }

    /// A trainer that gives every client its model back, but does something else with the examples of client 0.
    private static func trainer(_ deed: String) -> String {
        """
        import json, os, shutil, struct, sys, time
        def say(bytes):
            sys.stdout.buffer.write(bytes)
            sys.stdout.buffer.flush()
        while len(prefix := sys.stdin.buffer.read(4)) == 4:
            request = json.loads(sys.stdin.buffer.read(struct.unpack("<I", prefix)[0]))
            shutil.copyfile(request["model"], request["update"])
            if request["client"] == 0:
                \(deed)
            text = json.dumps({"type": "trained", "sample_count": 1, "mean_loss": 0.5}).encode()
            say(struct.pack("<I", len(text)) + text)
        """
    }

    static let deeds: [(deed: String, words: String)] = [
        ("sys.exit(3)", "ended before it answered"),
        ("os.kill(os.getpid(), 9)", "ended before it answered"),
        ("time.sleep(600)", "did not answer within 2000 ms"),
        ("say(b'hello, this is a print')", "answered with a length of"),
        ("say(struct.pack('<I', 5) + b'[1,2]')", "none of the protocol's"),
        ("say(b'\\xff' * 1000000)", "answered with a length of"),
        ("os.remove(request['update'])", "update cannot be used"),
        ("open(request['update'], 'ab').write(b'more')", "update cannot be used"),
        ("os.truncate(request['update'], 40)", "update cannot be used"),
        (
            "f = open(request['update'], 'r+b'); f.seek(-4, 2); f.write(struct.pack('<f', float('nan'))); f.close()",
            "update cannot be used"
        ),
        ("sys.stderr.write('a word of despair'); sys.exit(1)", "a word of despair"),
    ]

    @Test(
        "A program that fails costs the client that it trained its round, nothing else",
        .enabled(if: hasPython, "there is no python3"),
        arguments: deeds.indices
    )
    func failure(index: Int) async throws {
        let (deed, words) = Self.deeds[index]
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-deed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appendingPathComponent("trainer.py")
        try Self.trainer(deed).write(to: script, atomically: true, encoding: .utf8)
        let outcome = try await run(
            """
            data: {name: digits}
            partition: {clients: 4}
            model: {hidden: []}
            rounds: 2
            round: {cohort: 4, quorum: 3}
            trainer: {command: [python3, ./trainer.py], answer-seconds: 2}
            """,
            in: folder
        )
        #expect(outcome.result.roundCount == 2 && outcome.result.abortedAttemptCount == 0)
        #expect(outcome.log.contains(words), "\(outcome.log)")
        for round in 1...2 { #expect(outcome.log.contains("round \(round), client 0: ")) }
        #expect(!outcome.log.contains("client 1:") && !outcome.log.contains("client 2:"))
        #expect(outcome.isClean)
    }

    @Test("What a program says too much is left out of the log", .enabled(if: hasPython, "there is no python3"))
    func talk() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-talk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appendingPathComponent("trainer.py")
        try Self.trainer("sys.stderr.write('x' * 5000000)").write(to: script, atomically: true, encoding: .utf8)
        let outcome = try await run(
            """
            data: {name: digits}
            partition: {clients: 2}
            model: {hidden: []}
            rounds: 1
            round: {cohort: 2}
            trainer: {command: [python3, ./trainer.py]}
            """,
            in: folder
        )
        #expect(outcome.result.roundCount == 1)
        #expect(outcome.log.utf8.count < 1_100_000 && outcome.log.hasSuffix("(the rest is left out)\n"))
    }

    @Test("A program that is not there is refused before the first round")
    func missing() throws {
        for command in ["no-such-program-of-ours", "/no/such/file", "./trainer.yaml"] {
            let text = "data: {name: digits}\ntrainer: {command: [\(command)]}"
            #expect(throws: ScenarioError.self) { try Scenario(text: text, file: "test.yaml").prepared() }
        }
    }
}
