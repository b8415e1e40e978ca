import Foundation
import HansaResults

@testable import HansaReport

/// A result folder as a run leaves it, with everything that a report can show.
struct ReportFixture {
    let path: String

    static func line(_ round: UInt32, isPrivate: Bool = true) -> RoundMetrics {
        let progress = Double(round) / 10
        let accuracies = (0..<20).map { 0.1 + 0.8 * progress * Double($0 + 1) / 20 }
        return RoundMetrics(
            round: round,
            attempt: 0,
            outcome: round == 0 ? "initial" : "committed",
            selectedCount: round == 0 ? 0 : 4,
            acceptedCount: round == 0 ? 0 : 4,
            accuracy: 0.1 + 0.08 * Double(round),
            loss: 2.3 - 0.2 * Double(round),
            trainingLoss: round == 0 ? nil : 2 - 0.15 * Double(round),
            bytesDown: round == 0 ? 0 : 400_000,
            bytesUp: round == 0 ? 0 : 100_000,
            floatBytesUp: round == 0 ? 0 : 400_000,
            bitWidth: 8,
            clients: ClientDistribution(part: .train, accuracies: accuracies, losses: accuracies),
            drift: round == 0 ? nil : ClientDrift(normMean: 1, normMax: 2, distance: 0.5),
            epsilon: isPrivate && round > 0 ? 0.5 * Double(round) : nil,
            seconds: 0.25,
            cost: RoundCost(
                wall: .init(training: 0.2, encoding: 0.01, aggregation: 0.02, evaluation: 0.015, rest: 0.005),
                cpu: .init(training: 0.39, encoding: 0.02, aggregation: 0.02, evaluation: 0.03, rest: 0.005),
                peakBytes: 60_000_000
            )
        )
    }

    static func result(name: String) -> RunResult {
        RunResult(
            name: name,
            seed: 7,
            roundCount: 10,
            abortedAttemptCount: 0,
            clientCount: 20,
            cohort: 4,
            parameterCount: 25_000,
            digest: String(repeating: "ab", count: 32),
            configurationDigest: String(repeating: "cd", count: 32),
            accuracy: 0.9,
            loss: 0.3,
            bytesUp: 1_000_000,
            bytesDown: 4_000_000,
            floatBytesUp: 4_000_000,
            saturatedCount: 0,
            clippedCount: 0,
            traceHash: nil,
            restartCount: 0,
            seconds: 2.5,
            roundsPerSecond: 4,
            threadCount: 2,
            kernels: "v3"
        )
    }

    static let partition = PartitionRecord(
        title: "digits, dirichlet, alpha 0.5, seed 7",
        clientCount: 20,
        sampleCount: 400,
        sizeMin: 20,
        sizeMedian: 20,
        sizeMax: 20,
        labelEntropyMean: 0.69,
        labelEntropyTotal: 1.1,
        histogram: [200, 100, 100],
        clients: (0..<20).map { .init(histogram: $0 % 2 == 0 ? [20, 0, 0] : [0, 10, 10], labelEntropy: 0.69) }
    )

    /// Writes the files into a new folder.
    init(
        name: String = "demo",
        scenario: String = "name: demo\nseed: 7\n",
        lines: [RoundMetrics] = (0...10).map { Self.line(UInt32($0)) },
        isFinished: Bool = true
    ) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-report-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var metrics = Data()
        for line in lines { metrics += try encoder.encode(line) + Data([0x0A]) }
        try write(metrics, to: RunFiles.metricsFile)
        try write(Data(scenario.utf8), to: RunFiles.scenarioFile)
        try write(encoder.encode(Self.partition), to: RunFiles.partitionFile)
        if isFinished { try write(encoder.encode(Self.result(name: name)), to: RunFiles.resultFile) }
    }

    func write(_ data: Data, to name: String) throws { try data.write(to: URL(fileURLWithPath: path + "/" + name)) }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    var plots: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + ReportFolder.plotFolder)) ?? []).sorted()
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
