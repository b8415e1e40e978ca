import CHansaKernels
import Foundation
import HansaCore
import HansaNumerics
import Testing
import TrainingTestSupport

@testable import HansaDense

/// Beside PyTorch, and what holds of any options.
@Suite("The exact trainer's options beyond plain SGD", .serialized)
struct DenseRefinementTests {
    @Test("agree with PyTorch's double precision", arguments: try OptimizerVectors.load().cases)
    func vector(_ vector: OptimizerVectors.Vector) throws {
        let file = try OptimizerVectors.load()
        let architecture = try DenseArchitecture(
            inputCount: file.widths[0],
            hiddenCounts: [file.widths[1]],
            classCount: file.widths[2]
        )
        let examples = TestExamples(features: vector.examples, labels: vector.labels)
        var trainer = try DenseTrainer(architecture: architecture, source: examples)
        var trained = vector.start
        let stream = RandomStream(seed: 0, purpose: .shuffling)
        let summary = try trainer.train(&trained, work: vector.work(file), stream: stream)
        #expect(abs(summary.meanLoss - vector.meanLoss) < 1e-5)
        let worst = zip(trained, vector.trained).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(worst < 2e-5)
    }

    private static func architecture() throws -> DenseArchitecture {
        try DenseArchitecture(inputCount: 9, hiddenCounts: [21], classCount: 4)
    }

    private func train(_ work: LocalWork) throws -> [Float] {
        let architecture = try Self.architecture()
        let examples = TestExamples.drawn(seed: 31, count: 50, featureCount: 9, classCount: 4)
        var trainer = try DenseTrainer(architecture: architecture, source: examples)
        var parameters = architecture.initialParameters(seed: 5)
        _ = try trainer.train(&parameters, work: work, stream: RandomStream(seed: 3, purpose: .shuffling))
        return parameters
    }

    private static let plain = LocalWork(epochs: 3, batchSize: 7, learningRate: 0.1, momentum: 0.5, weightDecay: 0.01)

    private static func work(_ change: (inout LocalWork) -> Void) -> LocalWork {
        var work = plain
        change(&work)
        return work
    }

    @Test("A bound that nothing reaches changes no bit")
    func looseBound() throws {
        let expected = try train(Self.plain)
        #expect(try train(Self.work { $0.gradientNormMax = .greatestFiniteMagnitude }) == expected)
        #expect(try train(Self.work { $0.gradientNormMax = 0.1 }) != expected)
    }

    @Test("A stronger pull ends nearer to the start")
    func proximalPull() throws {
        let start = try Self.architecture().initialParameters(seed: 5)
        let distances = try ([0, 0.5, 2, 8] as [Float]).map { proximal in
            let trained = try train(Self.work { $0.proximal = proximal })
            return zip(trained, start).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        }
        for (far, near) in zip(distances, distances.dropFirst()) { #expect(near < far) }
    }

    @Test("A step of clipped SGD is no longer than rate · bound")
    func stepLength() throws {
        let start = try Self.architecture().initialParameters(seed: 5)
        let work = LocalWork(
            epochs: 1,
            batchSize: 0,
            learningRate: 0.5,
            stepCountMax: 1,
            optimizer: .sgd,
            gradientNormMax: 0.01
        )
        let squared = try zip(train(work), start).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
        #expect(abs(squared.squareRoot() - 0.005) < 1e-6)
    }

    @Test("The first step of Adam has the length of the rate in every coordinate that has a slope")
    func firstAdamStep() throws {
        let start = try Self.architecture().initialParameters(seed: 5)
        let work = LocalWork(
            epochs: 1,
            batchSize: 0,
            learningRate: 0.25,
            stepCountMax: 1,
            optimizer: .adam(AdamMoments(epsilon: 1e-12))
        )
        for (got, old) in zip(try train(work), start) where got != old { #expect(abs(abs(got - old) - 0.25) < 1e-5) }
    }

    @Test("Adam and AdamW differ by the decay alone")
    func decoupling() throws {
        func adam(_ decay: Float, _ optimizer: LocalOptimizer) throws -> [Float] {
            try train(
                LocalWork(epochs: 2, batchSize: 7, learningRate: 0.01, weightDecay: decay, optimizer: optimizer)
            )
        }
        #expect(try adam(0, .adam(AdamMoments())) == adam(0, .adamW(AdamMoments())))
        #expect(try adam(0.5, .adam(AdamMoments())) != adam(0.5, .adamW(AdamMoments())))
    }

    @Test("Options out of range are refused")
    func refusal() throws {
        #expect(throws: DenseError.invalidWork) { try train(Self.work { $0.proximal = -1 }) }
        #expect(throws: DenseError.invalidWork) { try train(Self.work { $0.optimizer = .adam(AdamMoments()) }) }
    }
}
