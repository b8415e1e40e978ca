import Foundation
import HansaCore
import HansaNumerics
import Testing
import TrainingTestSupport

@testable import HansaLearning

/// Beside PyTorch, and what holds of any options.
@Suite("Networks' options beyond plain SGD")
struct NetworkOptimizerTests {
    private static func architecture(_ file: OptimizerVectors) throws -> NetworkArchitecture {
        try NetworkArchitecture(
            input: .vector(file.widths[0]),
            layers: [.dense(units: file.widths[1]), .relu, .dense(units: file.widths[2])]
        )
    }

    /// Trains a vector's examples with some work in blocks of at most so many rows.
    private func train(
        _ vector: OptimizerVectors.Vector,
        _ work: LocalWork,
        rows: Int
    ) throws -> ([Float], TrainingSummary) {
        let workspace = try NetworkWorkspace(Self.architecture(OptimizerVectors.load()), batchSize: rows)
        let source = VectorExamples(features: vector.examples, labels: vector.labels)
        var trainer = try NetworkTrainer(source: source, workspace: workspace)
        var parameters = vector.start
        let stream = RandomStream(seed: 1, purpose: .shuffling)
        let summary = try trainer.train(&parameters, work: work, stream: stream)
        // What a workspace remembers of one client is nothing to the next.
        var again = vector.start
        _ = try trainer.train(&again, work: work, stream: stream)
        #expect(again == parameters)
        return (parameters, summary)
    }

    @Test(
        "agree with PyTorch's double precision, in one block and in several",
        arguments: try OptimizerVectors.load().cases
    )
    func vector(_ vector: OptimizerVectors.Vector) throws {
        let work = vector.work(try OptimizerVectors.load())
        for rows in [Int(work.batchSize), 3] {
            let (trained, summary) = try train(vector, work, rows: rows)
            #expect(abs(summary.meanLoss - vector.meanLoss) < 1e-5)
            let worst = zip(trained, vector.trained).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(worst < 2e-5)
        }
    }

    @Test("A bound that nothing reaches changes no bit")
    func looseBound() throws {
        let vector = try #require(try OptimizerVectors.load().cases.first)
        let plain = LocalWork(epochs: 3, batchSize: 4, learningRate: 0.1, momentum: 0.5, weightDecay: 0.01)
        var bounded = plain
        bounded.gradientNormMax = .greatestFiniteMagnitude
        let expected = try train(vector, plain, rows: 4).0
        #expect(try train(vector, bounded, rows: 4).0 == expected)
        bounded.gradientNormMax = 0.1
        #expect(try train(vector, bounded, rows: 4).0 != expected)
    }
}
