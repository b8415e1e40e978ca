import CHansaKernels
import Foundation
import HansaCore
import HansaNumerics
import Testing

@testable import HansaDense

/// Vectors of Scripts/vectors/dense_training.py.
@Suite("The exact trainer meets golden vectors", .serialized)
struct DenseVectorTests {
    struct File: Decodable {
        var cases: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible, Sendable {
        struct Work: Decodable {
            var epochs: UInt32
            var batchSize: UInt32
            var learningRate: Float
            var momentum: Float
            var weightDecay: Float
            var stepCountMax: UInt32
        }

        var name: String
        var widths: [Int]
        var features: [[Float]]
        var labels: [Int]
        var start: [Float]
        var work: Work
        var stepCount: Int
        var exactBits: [UInt32]
        var double: [Double]
        var meanLoss: Double

        var testDescription: String { name }
    }

    private static func vectors() throws -> [Vector] {
        let file = Bundle.module.url(forResource: "dense_training", withExtension: "json", subdirectory: "Vectors")
        let data = try Data(contentsOf: #require(file))
        return try JSONDecoder().decode(File.self, from: data).cases
    }

    @Test("to the bit and near double precision, in every variant", arguments: try vectors())
    func vector(_ vector: Vector) throws {
        defer { _ = hansa_kernels_force(-1) }
        let architecture = try DenseArchitecture(
            inputCount: try #require(vector.widths.first),
            hiddenCounts: Array(vector.widths.dropFirst().dropLast()),
            classCount: try #require(vector.widths.last)
        )
        let examples = TestExamples(features: vector.features, labels: vector.labels)
        let work = LocalWork(
            epochs: vector.work.epochs,
            batchSize: vector.work.batchSize,
            learningRate: vector.work.learningRate,
            momentum: vector.work.momentum,
            weightDecay: vector.work.weightDecay,
            shuffles: false,
            stepCountMax: vector.work.stepCountMax
        )
        for variant in 0..<hansa_kernels_variant_count() where hansa_kernels_force(variant) {
            var trainer = try DenseTrainer(architecture: architecture, source: examples)
            var trained = vector.start
            let stream = RandomStream(seed: 0, purpose: .shuffling)
            let summary = try trainer.train(&trained, work: work, stream: stream)
            #expect(trained.map(\.bitPattern) == vector.exactBits, "variant \(variant)")
            #expect(summary.stepCount == vector.stepCount)
            #expect(abs(summary.meanLoss - vector.meanLoss) < 1e-6)
            // A dozen float32 steps on numbers around 1.
            for (got, expected) in zip(trained, vector.double) { #expect(abs(Double(got) - expected) < 5e-6) }
        }
    }
}
