import Foundation
import HansaAggregation
import HansaCore
import HansaResults
import HansaSimulation
import Testing

/// Strategies by their names in scenario files, on a few clients of the digits.
@Suite("Scenarios of every strategy")
struct StrategyScenarioTests {
    static let strategies = [
        "{name: median}", "{name: median, options: {pre: bucketing, bucket-size: 3}}",
        "{name: trimmed-mean, options: {trim: 0.2}}", "{name: trimmed-mean, options: {byzantine: 2, pre: nnm}}",
        "{name: krum, options: {byzantine: 2, pre: nnm}}", "{name: multi-krum, options: {byzantine: 1, select: 4}}",
        "{name: geometric-median, options: {iterations: 5, smoothing: 0.001}, optimizer: {name: adagrad, rate: 0.1}}",
        "{name: centered-clipping, options: {radius: 0.5}}", "{name: norm-bounding, options: {bound: median}}",
        "{name: q-fedavg, options: {q: 0.5}}", "{name: fednova, cap: 400}",
    ]

    private func scenario(_ strategy: String) throws -> Scenario {
        let text = """
            rounds: 3
            data: {name: digits}
            partition: {clients: 12}
            model: {hidden: []}
            round: {cohort: 8}
            strategy: \(strategy)
            """
        return try Scenario(text: text, file: "test.yaml")
    }

    private func run(_ prepared: PreparedRun) async throws -> RunResult {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-strategy-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var options = SimulationRunner.Options(folder: ResultFolder(path: path))
        options.threadCount = 2
        options.isInMemory = true
        return try await SimulationRunner(prepared, options: options).run()
    }

    @Test("run, and the same seed gives the same model", arguments: strategies)
    func runs(strategy: String) async throws {
        let first = try await run(try scenario(strategy).prepared())
        let second = try await run(try scenario(strategy).prepared())
        #expect(first.digest == second.digest)
        #expect(first.roundCount == 3 && first.abortedAttemptCount == 0)
        // Ten classes: chance is 0.1.
        #expect(try #require(first.accuracy) > 0.2)
    }

    @Test("rules that count clients weigh them equally unless told otherwise")
    func countClients() throws {
        #expect(try scenario("{name: median}").resolved.strategy.weighting == .uniform)
        #expect(try scenario("{name: fednova}").resolved.strategy.weighting != .uniform)
        #expect(throws: ScenarioError.self) { try scenario("{name: median, weighting: samples}").prepared() }
    }

    @Test("too small a cohort is refused before the first round, at the strategy")
    func refuseSmallCohorts() throws {
        do {
            _ = try scenario("{name: krum, options: {byzantine: 3}}").prepared()
            Issue.record("a cohort of 8 was taken for 3 malicious clients")
        } catch {
            #expect("\(error)".contains("at least 9"), "\(error)")
        }
    }
}
