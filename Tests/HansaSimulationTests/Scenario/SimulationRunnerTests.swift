import Foundation
import HansaCoordinator
import HansaCore
import HansaResults
import HansaSimulation
import HansaStore
import Testing

@Suite("Runs into result folders")
struct SimulationRunnerTests {
    private func options(_ name: String) -> SimulationRunner.Options {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-\(name)-\(UUID().uuidString)")
            .path
        var options = SimulationRunner.Options(folder: ResultFolder(path: path))
        options.threadCount = 2
        return options
    }

    private static let digits = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Simulations/digits").path

    @Test("The demo keeps what its expected.yaml promises")
    func demo() async throws {
        var options = options("demo")
        defer { try? FileManager.default.removeItem(atPath: options.folder.path) }
        options.isInMemory = true
        let result = try await SimulationRunner(try Scenario(path: Self.digits).prepared(), options: options).run()
        let shortfalls = try ScenarioExpectation(path: Self.digits + "/expected.yaml").shortfalls(of: result)
        #expect(shortfalls.isEmpty, "\(shortfalls)")
        #expect(result.abortedAttemptCount == 0)
    }

    @Test("A metrics file that runs ahead of the durable state, with a torn line, is cut on resuming")
    func metricsAhead() async throws {
        let text = "rounds: 4\ndata: {name: digits}\npartition: {clients: 12}\nmodel: {hidden: []}\nround: {cohort: 3}"
        let prepared = try Scenario(text: text, file: "test.yaml").prepared()
        var options = options("ahead")
        defer { try? FileManager.default.removeItem(atPath: options.folder.path) }
        let whole = try await SimulationRunner(prepared, options: options).run()
        let file = options.folder.file(ResultFolder.metricsFile)
        let lines = try String(contentsOfFile: file, encoding: .utf8)

        // A run that died after its last round, before it wrote its result.
        try FileManager.default.removeItem(atPath: options.folder.file(ResultFolder.resultFile))
        let extra = lines.split(separator: "\n").last ?? ""
        try (lines + extra + "\n" + extra.prefix(20)).write(toFile: file, atomically: true, encoding: .utf8)
        options.resumes = true
        let resumed = try await SimulationRunner(prepared, options: options).run()
        #expect(resumed.digest == whole.digest)
        #expect(resumed.bytesUp == whole.bytesUp)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == lines)
    }

    @Test("Lines that were lost before a crash are written again on resuming")
    func metricsBehind() async throws {
        let text = "rounds: 4\ndata: {name: digits}\npartition: {clients: 12}\nmodel: {hidden: []}\nround: {cohort: 3}"
        let prepared = try Scenario(text: text, file: "test.yaml").prepared()
        var options = options("behind")
        defer { try? FileManager.default.removeItem(atPath: options.folder.path) }
        let whole = try await SimulationRunner(prepared, options: options).run()
        let file = options.folder.file(ResultFolder.metricsFile)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        try FileManager.default.removeItem(atPath: options.folder.file(ResultFolder.resultFile))
        try (lines.dropLast(2).joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        options.resumes = true
        let resumed = try await SimulationRunner(prepared, options: options).run()
        #expect(resumed.digest == whole.digest)
        #expect(resumed.roundCount == 4)
        #expect(resumed.accuracy == whole.accuracy)
    }

    @Test("A resumed run goes on with its event file, and what it keeps has the same bytes")
    func events() async throws {
        let text = "rounds: 4\ndata: {name: digits}\npartition: {clients: 12}\nmodel: {hidden: []}\nround: {cohort: 3}"
        let prepared = try Scenario(text: text, file: "test.yaml").prepared()
        var options = options("events")
        defer { try? FileManager.default.removeItem(atPath: options.folder.path) }
        options.writesEvents = true
        _ = try await SimulationRunner(prepared, options: options).run()
        func events() throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: options.folder.path)
                .filter { $0.hasPrefix("events.out.tfevents.") }
            return try Dictionary(
                uniqueKeysWithValues: names.map { name in
                    (name, try Data(contentsOf: URL(fileURLWithPath: options.folder.file(name))))
                }
            )
        }
        let whole = try events()
        #expect(whole.count == 1)
        try FileManager.default.removeItem(atPath: options.folder.file(ResultFolder.resultFile))
        options.resumes = true
        _ = try await SimulationRunner(prepared, options: options).run()
        #expect(try events() == whole)
        options.resumes = false
        options.replaces = true
        options.writesEvents = false
        _ = try await SimulationRunner(prepared, options: options).run()
        #expect(try events().isEmpty)
    }

    @Test("The model in the folder is the one whose digest is told")
    func model() async throws {
        let text = "rounds: 2\ndata: {name: digits}\npartition: {clients: 12}\nmodel: {hidden: [5]}\nround: {cohort: 3}"
        var options = options("model")
        defer { try? FileManager.default.removeItem(atPath: options.folder.path) }
        options.isInMemory = true
        let result = try await SimulationRunner(
            try Scenario(text: text, file: "test.yaml").prepared(),
            options: options
        ).run()
        let model = options.folder.file(ResultFolder.modelFile)
        #expect(try SafetensorsFile.read(model).checkpoint.modelDigest.hexadecimal == result.digest)

        // It is what another run may start from.
        let next = try Scenario(
            text: text + "\n",
            file: "test.yaml",
            overrides: [
                ScenarioOverride(key: "model.initial", value: model, option: "--set")
            ]
        ).prepared()
        #expect(next.specification.initialParameters == (try SafetensorsFile.read(model).checkpoint.parameters))
    }
}
