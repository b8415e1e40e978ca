import HansaCore
import HansaNumerics
import Testing

@testable import HansaDense

@Suite("The exact trainer")
struct DenseTrainerTests {
    /// One gradient step of rate 1 from `parameters`, so that the difference is the gradient.
    private func step(
        _ architecture: DenseArchitecture,
        _ examples: TestExamples,
        _ parameters: [Float],
        batchSize: UInt32 = 0
    ) throws -> [Float] {
        var trainer = try DenseTrainer(architecture: architecture, source: examples)
        var trained = parameters
        let work = LocalWork(epochs: 1, batchSize: batchSize, learningRate: 1, shuffles: false, stepCountMax: 1)
        _ = try trainer.train(&trained, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
        return trained
    }

    @Test("the step is the numerical gradient of the loss", arguments: [[], [9], [17, 5], [8, 8, 8]])
    func numericalGradient(hidden: [Int]) throws {
        let architecture = try DenseArchitecture(inputCount: 11, hiddenCounts: hidden, classCount: 4)
        let examples = TestExamples.drawn(seed: 7, count: 6, featureCount: 11, classCount: 4)
        let start = architecture.initialParameters(seed: 3)
        let trained = try step(architecture, examples, start)
        var reference = ReferencePerceptron(widths: architecture.widths, flat: start)
        let batch = Array(0..<examples.count)
        let flat = reference.flat
        // Central differences err by h²/6 of the third derivative, a few 1e-9 here, and by 1e-16/h of rounding; the
        // trainer's float32 sums and the subtraction below by some 2^-24 of numbers around 1.
        let h = 1e-5
        for index in flat.indices {
            var moved = flat
            moved[index] += h
            reference.set(moved)
            let above = reference.meanLoss(examples, batch)
            moved[index] -= 2 * h
            reference.set(moved)
            let below = reference.meanLoss(examples, batch)
            let numerical = (above - below) / (2 * h)
            let got = Double(start[index]) - Double(trained[index])
            #expect(abs(got - numerical) < 2e-6, "parameter \(index)")
        }
    }

    @Test(
        "training agrees with a plain double-precision implementation",
        arguments: [
            LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1, shuffles: false),
            LocalWork(epochs: 3, batchSize: 7, learningRate: 0.1),
            LocalWork(epochs: 2, batchSize: 0, learningRate: 0.1),
            LocalWork(epochs: 2, batchSize: 8, learningRate: 0.05, momentum: 0.9),
            LocalWork(epochs: 2, batchSize: 8, learningRate: 0.05, weightDecay: 0.01),
            LocalWork(epochs: 2, batchSize: 100, learningRate: 0.05, momentum: 0.5, weightDecay: 0.1),
            LocalWork(epochs: 5, batchSize: 9, learningRate: 0.1, stepCountMax: 17),
        ],
        [[], [33], [40, 20]]
    )
    func agreesWithReference(work: LocalWork, hidden: [Int]) throws {
        let architecture = try DenseArchitecture(inputCount: 23, hiddenCounts: hidden, classCount: 5)
        let examples = TestExamples.drawn(seed: 11, count: 131, featureCount: 23, classCount: 5)
        let start = architecture.initialParameters(seed: 5)
        let stream = RandomStream(seed: 9, round: 2, client: 4, purpose: .shuffling)
        var reference = ReferencePerceptron(widths: architecture.widths, flat: start)
        let steps = reference.train(examples, work: work, stream: stream)
        var trainer = try DenseTrainer(architecture: architecture, source: examples)
        var trained = start
        let summary = try trainer.train(&trained, work: work, stream: stream)
        #expect(summary.stepCount == steps)
        // About 60 steps, each with a relative error of some 2^-22 in its gradient, and smooth dynamics.
        for (got, expected) in zip(trained, reference.flat) {
            #expect(abs(Double(got) - expected) < 2e-5)
        }
    }
}
