import Foundation
import HansaCore
import HansaNumerics
import Testing

@testable import HansaLearning

/// Vectors of Scripts/vectors/local_optimizers.py, and what holds of any options.
@Suite("Networks' options beyond plain SGD")
struct NetworkOptimizerTests {
    struct File: Decodable {
        var widths: [Int]
        var batch: UInt32
        var epochs: UInt32
        var cases: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible, Sendable {
        var name: String
        var optimizer: String
        var rate: Float
        var momentum: Float
        var decay: Float
        var betas: [Float]
        var epsilon: Float
        var clip: Float
        var proximal: Float
        var examples: [[Float]]
        var labels: [Int]
        var start: [Float]
        var trained: [Double]
        var meanLoss: Double

        var testDescription: String { name }

        func work(_ file: File) -> LocalWork {
            let moments = AdamMoments(beta1: betas[0], beta2: betas[1], epsilon: epsilon)
            return LocalWork(
                epochs: file.epochs,
                batchSize: file.batch,
                learningRate: rate,
                momentum: momentum,
                weightDecay: decay,
                shuffles: false,
                optimizer: optimizer == "adam" ? .adam(moments) : optimizer == "adamw" ? .adamW(moments) : .sgd,
                gradientNormMax: clip,
                proximal: proximal
            )
        }
    }

    private static func file() throws -> File {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/local_optimizers.json")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    }

    private static func architecture(_ file: File) throws -> NetworkArchitecture {
        try NetworkArchitecture(
            input: .vector(file.widths[0]),
            layers: [.dense(units: file.widths[1]), .relu, .dense(units: file.widths[2])]
        )
    }

    /// Trains a vector's examples with some work in blocks of at most so many rows.
    private func train(_ vector: Vector, _ work: LocalWork, rows: Int) throws -> ([Float], TrainingSummary) {
        let workspace = try NetworkWorkspace(Self.architecture(Self.file()), batchSize: rows)
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

    @Test("agree with PyTorch's double precision, in one block and in several", arguments: try file().cases)
    func vector(_ vector: Vector) throws {
        let work = vector.work(try Self.file())
        for rows in [Int(work.batchSize), 3] {
            let (trained, summary) = try train(vector, work, rows: rows)
            #expect(abs(summary.meanLoss - vector.meanLoss) < 1e-5)
            let worst = zip(trained, vector.trained).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(worst < 2e-5)
        }
    }

    @Test("A bound that nothing reaches changes no bit")
    func looseBound() throws {
        let vector = try #require(try Self.file().cases.first)
        let plain = LocalWork(epochs: 3, batchSize: 4, learningRate: 0.1, momentum: 0.5, weightDecay: 0.01)
        var bounded = plain
        bounded.gradientNormMax = .greatestFiniteMagnitude
        let expected = try train(vector, plain, rows: 4).0
        #expect(try train(vector, bounded, rows: 4).0 == expected)
        bounded.gradientNormMax = 0.1
        #expect(try train(vector, bounded, rows: 4).0 != expected)
    }
}
