import HansaCore
import HansaNumerics
import Testing

@testable import HansaDense

@Suite("The exact trainer refuses")
struct DenseRefusalTests {
    private let examples = TestExamples.drawn(seed: 31, count: 25, featureCount: 6, classCount: 3)
    private let stream = RandomStream(seed: 1, purpose: .shuffling)
    private let work = LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1)

    @Test("a model that does not fit the data")
    func misfit() throws {
        let narrow = try DenseArchitecture(inputCount: 5, classCount: 3)
        #expect(throws: DenseError.featuresDoNotFit(got: 6, expected: 5)) {
            try DenseTrainer(architecture: narrow, source: examples)
        }
        #expect(throws: DenseError.featuresDoNotFit(got: 6, expected: 5)) {
            try DenseEvaluator(architecture: narrow, source: examples)
        }
        let twoClasses = try DenseArchitecture(inputCount: 6, classCount: 2)
        #expect(throws: DenseError.labelsDoNotFit(classCount: 2)) {
            try DenseTrainer(architecture: twoClasses, source: examples)
        }
        var negative = examples
        negative.labels[24] = -1
        let fitting = try DenseArchitecture(inputCount: 6, classCount: 3)
        #expect(throws: DenseError.labelsDoNotFit(classCount: 3)) {
            try DenseTrainer(architecture: fitting, source: negative)
        }
        var none = examples
        none.labels = []
        #expect(throws: DenseError.noExamples) { try DenseTrainer(architecture: fitting, source: none) }
    }

    @Test("another architecture's workspace, a wrong count and work outside its range")
    func wrongInputs() throws {
        let architecture = try DenseArchitecture(inputCount: 6, classCount: 3)
        let other = DenseWorkspace(try DenseArchitecture(inputCount: 6, classCount: 4))
        #expect(throws: DenseError.workspaceDoesNotFit) {
            try DenseTrainer(architecture: architecture, source: examples, workspace: other)
        }
        var trainer = try DenseTrainer(architecture: architecture, source: examples)
        #expect(trainer.exampleCount == 25)
        var short = [Float](repeating: 0, count: 20)
        #expect(throws: DenseError.wrongParameterCount(got: 20, expected: 21)) {
            try trainer.train(&short, work: work, stream: stream)
        }
        var parameters = architecture.initialParameters(seed: 1)
        for invalid in [
            LocalWork(epochs: 0, batchSize: 1, learningRate: 0.1),
            LocalWork(epochs: 1, batchSize: 1, learningRate: .nan),
            LocalWork(epochs: 1, batchSize: 1, learningRate: 0.1, momentum: 1),
            LocalWork(epochs: 1, batchSize: 1, learningRate: 0.1, weightDecay: -1),
        ] {
            #expect(throws: DenseError.invalidWork) {
                try trainer.train(&parameters, work: invalid, stream: stream)
            }
        }
    }

    @Test("to start from or to end in numbers that are not finite, and then changes nothing")
    func notFinite() throws {
        let architecture = try DenseArchitecture(inputCount: 6, hiddenCounts: [8], classCount: 3)
        var trainer = try DenseTrainer(architecture: architecture, source: examples)
        let start = architecture.initialParameters(seed: 1)
        for (index, bad) in [(0, Float.nan), (50, .infinity), (82, -.infinity)] {
            var parameters = start
            parameters[index] = bad
            #expect(throws: DenseError.notFinite) { try trainer.train(&parameters, work: work, stream: stream) }
        }
        var parameters = start
        let wild = LocalWork(epochs: 50, batchSize: 5, learningRate: 1e30)
        #expect {
            try trainer.train(&parameters, work: wild, stream: stream)
        } throws: { error in
            if case DenseError.diverged(let step)? = error as? DenseError { step >= 1 } else { false }
        }
        #expect(parameters == start)
        // One step whose loss is still finite, and parameters that are not.
        let last = LocalWork(epochs: 1, batchSize: 0, learningRate: .greatestFiniteMagnitude, weightDecay: 1e30)
        #expect(throws: DenseError.diverged(step: 1)) { try trainer.train(&parameters, work: last, stream: stream) }
        #expect(parameters == start)
        var poisoned = examples
        poisoned.features[3][2] = .nan
        var second = try DenseTrainer(architecture: architecture, source: poisoned)
        let inOrder = LocalWork(epochs: 1, batchSize: 3, learningRate: 0.1, shuffles: false)
        #expect(throws: DenseError.diverged(step: 2)) { try second.train(&parameters, work: inOrder, stream: stream) }
        #expect(parameters == start)
    }

    @Test("to drop a short batch, and stops at the step cap", arguments: zip([0, 1, 2, 7], [3, 1, 2, 6]))
    func steps(cap: UInt32, expected: Int) throws {
        let architecture = try DenseArchitecture(inputCount: 6, classCount: 3)
        var trainer = try DenseTrainer(architecture: architecture, source: examples)
        var parameters = architecture.initialParameters(seed: 1)
        var work = work
        work.stepCountMax = cap
        work.epochs = cap == 7 ? 2 : 1
        #expect(try trainer.train(&parameters, work: work, stream: stream).stepCount == expected)
    }

    @Test("to let features that are always zero change anything", arguments: [[], [9]])
    func zeroFeatures(hidden: [Int]) throws {
        let narrow = try DenseArchitecture(inputCount: 6, hiddenCounts: hidden, classCount: 3)
        let wide = try DenseArchitecture(inputCount: 7, hiddenCounts: hidden, classCount: 3)
        var widened = examples
        widened.featureCount = 7
        for index in widened.features.indices { widened.features[index].insert(index % 2 == 0 ? 0 : -0.0, at: 4) }
        var expected = narrow.initialParameters(seed: 4)
        // The same weights with a column of 0.75 put in before input 4 of the first layer.
        let outputs = hidden.first ?? 3
        var parameters: [Float] = []
        for out in 0..<outputs {
            parameters += expected[out * 6..<out * 6 + 4] + [0.75] + expected[out * 6 + 4..<out * 6 + 6]
        }
        parameters += expected[(outputs * 6)...]
        var narrowTrainer = try DenseTrainer(architecture: narrow, source: examples)
        _ = try narrowTrainer.train(&expected, work: work, stream: stream)
        var wideTrainer = try DenseTrainer(architecture: wide, source: widened)
        _ = try wideTrainer.train(&parameters, work: work, stream: stream)
        for out in (0..<outputs).reversed() { #expect(parameters.remove(at: out * 7 + 4) == 0.75) }
        #expect(parameters.map(\.bitPattern) == expected.map(\.bitPattern))
    }
}
