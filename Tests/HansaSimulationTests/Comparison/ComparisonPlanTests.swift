import Foundation
import HansaCore
import HansaQuantization
import HansaResults
import Testing

@testable import HansaSimulation

@Suite("What is compared")
struct ComparisonPlanTests {
    /// A scenario file in a folder that goes away.
    private func withScenario<Value>(
        _ text: String = "name: tiny\nrounds: 2\ndata: {name: digits}\n",
        _ body: (String) throws -> Value
    ) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-plan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("tiny.yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return try body(file.path)
    }

    private func message(_ work: () throws -> Void) -> String {
        do {
            try work()
            return "accepted"
        } catch {
            return (error as? CommandFailure)?.message ?? "\(error)"
        }
    }

    @Test("Commas within brackets, braces and quotes belong to a value")
    func values() throws {
        let axis = try SweepAxis("update.clip=none, {l2: 1.0, x: [1,2]} ,\"a,b\"")
        #expect(axis.key == "update.clip")
        #expect(axis.values == ["none", "{l2: 1.0, x: [1,2]}", "\"a,b\""])
    }

    @Test("A grid without values, with an empty one or with one twice is refused")
    func emptyGrids() {
        #expect(message { _ = try SweepAxis("local.rate") }.contains("a key and its values"))
        #expect(message { _ = try SweepAxis("=1") }.contains("a key and its values"))
        #expect(message { _ = try SweepAxis("local..rate=1") }.contains("local..rate"))
        #expect(message { _ = try SweepAxis("local.rate=") }.contains("an empty value"))
        #expect(message { _ = try SweepAxis("local.rate=1,,2") }.contains("an empty value"))
        #expect(message { _ = try SweepAxis("local.rate=1,1") }.contains("twice"))
    }

    @Test(
        "Seeds are single numbers and ranges",
        arguments: [
            ("1-5", [1, 2, 3, 4, 5]), ("7", [7]), ("3,1-2", [3, 1, 2]), ("18446744073709551615", [UInt64.max]),
        ]
    )
    func seeds(text: String, expected: [UInt64]) throws {
        #expect(try SeedList.parse(text) == expected)
    }

    @Test(
        "What is no list of seeds is refused",
        arguments: ["", "5-1", "1,1", "1-3,2", "a", "-1", "1-2-3", "0-18446744073709551615", "1.5"]
    )
    func badSeeds(text: String) {
        #expect(message { _ = try SeedList.parse(text) }.hasPrefix("--seeds: got "))
    }

    @Test("Every scenario meets every variant, every point of the grid and every seed")
    func product() throws {
        try withScenario { path in
            let plan = try ComparisonPlan(
                scenarios: [path],
                variants: [SweepVariant("plain:"), SweepVariant("prox: local.proximal=0.1; local.epochs=2")],
                axes: [SweepAxis("local.rate=0.1,0.2"), SweepAxis("update.width=8,4")],
                seeds: [1, 2, 3]
            )
            #expect(plan.runCount == 24 && plan.roundCount == 48 && plan.name == "tiny")
            #expect(plan.configurations.map(\.label).prefix(2) == ["plain rate=0.1 width=8", "plain rate=0.1 width=4"])
            #expect(plan.configurations.last?.label == "prox rate=0.2 width=4")
            let last = try #require(plan.runs.last).scenario.resolved
            #expect(last.seed == 3 && last.work.proximal == 0.1 && last.work.epochs == 2)
            #expect(last.work.learningRate == 0.2 && last.update.widths.widthMax.bits == 4)
        }
    }

    @Test("Labels say no more of a key than tells it apart")
    func labels() throws {
        try withScenario { path in
            let plan = try ComparisonPlan(
                scenarios: [path],
                axes: [SweepAxis("local.rate=0.1,0.2"), SweepAxis("strategy.optimizer.rate=1,2")]
            )
            #expect(plan.configurations[0].label == "local.rate=0.1 strategy.optimizer.rate=1")
            #expect(try ComparisonPlan(scenarios: [path]).configurations.map(\.label) == ["tiny"])
        }
    }

    @Test("Unknown keys, too many runs, doubled keys and equal scenarios are refused with what to do")
    func refusals() throws {
        try withScenario { path in
            let unknown = message { _ = try ComparisonPlan(scenarios: [path], axes: [SweepAxis("local.ratte=1,2")]) }
            #expect(unknown.contains("--grid local.ratte=1") && unknown.contains("rate"), "\(unknown)")
            let many = message {
                _ = try ComparisonPlan(
                    scenarios: [path],
                    axes: [SweepAxis("local.rate=1,2,3")],
                    seeds: Array(1...100),
                    runCountMax: 200
                )
            }
            #expect(many.contains("300 runs (100 x 3)") && many.contains("--max-runs 300"), "\(many)")
            let doubled = message {
                _ = try ComparisonPlan(scenarios: [path], axes: [SweepAxis("local.rate=1"), SweepAxis("local.rate=2")])
            }
            #expect(doubled.contains("twice"))
            let both = message {
                _ = try ComparisonPlan(
                    scenarios: [path],
                    variants: [SweepVariant("a: local.rate=1")],
                    axes: [SweepAxis("local.rate=2")]
                )
            }
            #expect(both.contains("which --grid sets too"))
            let equal = message { _ = try ComparisonPlan(scenarios: [path], axes: [SweepAxis("local.rate=0.1,0.10")]) }
            #expect(equal.contains("the same scenario twice"))
            let seed = message { _ = try ComparisonPlan(scenarios: [path], axes: [SweepAxis("seed=1,2")]) }
            #expect(seed.contains("--seeds"))
            #expect(message { _ = try ComparisonPlan(scenarios: []) }.contains("no scenario"))
            #expect(message { _ = try SweepVariant("local.rate=1") }.contains("no name"))
            #expect(message { _ = try SweepVariant("a: rate") }.contains("a key and a value"))
        }
    }

    @Test("Mean, standard deviation and standard error are those of the sample")
    func statistics() throws {
        let statistic = try #require(Statistic([2, 4, 4, 4, 5, 5, 7, 9]))
        #expect(statistic.mean == 5 && statistic.count == 8)
        let deviation = try #require(statistic.standardDeviation)
        #expect(abs(deviation - (32.0 / 7).squareRoot()) < 1e-15)
        let error = try #require(statistic.standardError)
        #expect(abs(error - deviation / 8.0.squareRoot()) < 1e-15)
        #expect(Statistic([3])?.standardDeviation == nil && Statistic([]) == nil)
    }
}

@Suite("What a comparison comes to")
struct ComparisonOutcomeTests {
    private func run(_ seed: UInt64, _ accuracies: [Double]) -> ComparisonOutcome.Run {
        let lines = accuracies.enumerated().map { index, accuracy in
            RoundMetrics(
                round: UInt32(index),
                attempt: 0,
                outcome: "committed",
                selectedCount: 1,
                acceptedCount: 1,
                accuracy: accuracy,
                bytesDown: 0,
                bytesUp: index == 0 ? 0 : 100,
                floatBytesUp: 400,
                bitWidth: 8,
                seconds: 0.5
            )
        }
        let result = RunResult(
            name: "n",
            seed: seed,
            roundCount: accuracies.count - 1,
            abortedAttemptCount: 0,
            clientCount: 1,
            cohort: 1,
            parameterCount: 100,
            digest: "d",
            configurationDigest: "c",
            accuracy: accuracies.last,
            loss: 1,
            bytesUp: 300,
            bytesDown: 0,
            floatBytesUp: 1200,
            saturatedCount: 0,
            clippedCount: 0,
            traceHash: nil,
            restartCount: 0,
            seconds: 1,
            roundsPerSecond: 1,
            threadCount: 1,
            kernels: "baseline"
        )
        return ComparisonOutcome.Run(
            seed: seed,
            folder: "f",
            result: result,
            lines: lines,
            targetAccuracy: 0.7,
            lastCount: 2
        )
    }

    private func configuration(_ label: String, _ runs: [ComparisonOutcome.Run]) -> ComparisonOutcome.Configuration {
        ComparisonOutcome.Configuration(label: label, scenario: "s", settings: [:], runs: runs)
    }

    @Test("The target is reached in the first round at it, with the bytes sent until then")
    func target() {
        let reached = run(1, [0.1, 0.5, 0.7, 0.6])
        #expect(reached.roundsToTarget == 2 && reached.bytesToTarget == 200)
        #expect(abs((reached.lastAccuracy ?? 0) - 0.65) < 1e-12)
        #expect(reached.seconds == 2)
        let never = run(1, [0.1, 0.2, 0.3, 0.4])
        #expect(never.roundsToTarget == nil && never.bytesToTarget == nil)
    }

    @Test("Differences pair equal seeds, and leave out those that one side lacks")
    func pairs() throws {
        let baseline = configuration("a", [run(1, [0, 0.5, 0.6, 0.7]), run(2, [0, 0.5, 0.6, 0.8])])
        var other = configuration(
            "b",
            [run(2, [0, 0.5, 0.6, 0.9]), run(1, [0, 0.2, 0.3, 0.6]), run(9, [0, 1, 1, 1])]
        )
        other.compare(with: baseline)
        let accuracy = try #require(other.difference(.accuracy))
        #expect(accuracy.count == 2 && abs(accuracy.mean) < 1e-12)
        #expect(abs((accuracy.standardError ?? 0) - 0.1) < 1e-12)
        #expect(other.difference(.roundsToTarget)?.count == 1)
    }

    @Test("The tables tell spread, missing figures and failures")
    func tables() {
        let failed = ComparisonOutcome.Run(seed: 2, folder: "f", configurationDigest: "c", failure: "it diverged")
        var configurations = [
            configuration("first", [run(1, [0, 0.7, 0.7, 0.7]), run(2, [0, 0.5, 0.6, 0.8])]),
            configuration("second", [run(1, [0, 0.1, 0.2, 0.3]), failed]),
        ]
        configurations[1].compare(with: configurations[0])
        let outcome = ComparisonOutcome(
            name: "n",
            version: "v",
            targetAccuracy: 0.7,
            lastCount: 2,
            baseline: "first",
            configurations: configurations
        )
        #expect(outcome.failureCount == 1)
        let lines = ComparisonTable(outcome).text(folder: "out").split(separator: "\n")
        #expect(lines[0].contains("rounds to 0.7"))
        #expect(lines[1].contains("0.7500 ± 0.0707") && lines[1].contains("2.0 ± 1.4"), "\(lines[1])")
        #expect(lines[2].contains("1 of 2") && lines[2].contains("never"), "\(lines[2])")
        #expect(lines[3].contains("Difference to first"))
        #expect(lines[5].contains("-0.4000"), "\(lines[5])")
        #expect(lines.contains { $0.contains("1 run came to no end") })
    }
}
