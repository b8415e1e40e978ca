import HansaCore
import HansaNumerics
import Testing

@testable import HansaDense

@Suite("The exact evaluator")
struct DenseEvaluatorTests {
    private let architecture: DenseArchitecture
    private let examples = TestExamples.drawn(seed: 41, count: 1_100, featureCount: 9, classCount: 4)
    private let parameters: [Float]

    init() throws {
        architecture = try DenseArchitecture(inputCount: 9, hiddenCounts: [12], classCount: 4)
        parameters = architecture.initialParameters(seed: 2)
    }

    @Test("agrees with a plain double-precision implementation")
    func agreesWithReference() throws {
        let reference = ReferencePerceptron(widths: architecture.widths, flat: parameters)
        var correct = 0
        for index in 0..<examples.count {
            let scores = reference.forward(examples.features[index].map(Double.init)).scores
            if scores.firstIndex(of: try #require(scores.max())) == examples.labels[index] { correct += 1 }
        }
        let summary = try DenseEvaluator(architecture: architecture, source: examples).evaluate(parameters)
        #expect(summary.exampleCount == 1_100)
        #expect(summary.correctCount == correct)
        // Scores around 1 in float32.
        #expect(abs(summary.meanLoss - reference.meanLoss(examples, Array(0..<examples.count))) < 1e-6)
    }

    @Test("gives the same bits for any sharing of the chunks", arguments: [[5], [1, 4], [2, 2, 1], [1, 1, 1, 1, 1]])
    func chunks(sizes: [Int]) throws {
        let evaluator = try DenseEvaluator(architecture: architecture, source: examples)
        #expect(evaluator.chunkCount == 5)
        let expected = try evaluator.evaluate(parameters)
        var parts: [PartialEvaluation] = []
        var next = 0
        for size in sizes {
            let workspace = DenseWorkspace(architecture, rowCount: 1 + 7 * parts.count)
            parts.append(try evaluator.evaluate(parameters, chunks: next..<next + size, workspace: workspace))
            next += size
        }
        #expect(try evaluator.combine(parts.reversed()) == expected)
        #expect(throws: DenseError.invalidChunks(expected: 5)) { try evaluator.combine(Array(parts.dropLast())) }
        #expect(throws: DenseError.invalidChunks(expected: 5)) { try evaluator.combine(parts + parts) }
    }

    @Test("counts the first of equal scores as the answer")
    func ties() throws {
        let model = try DenseArchitecture(inputCount: 1, classCount: 3)
        let examples = TestExamples(features: [[1], [1], [1]], labels: [0, 1, 2])
        let summary = try DenseEvaluator(architecture: model, source: examples).evaluate([0, 0, 0, -1, 0.5, 0.5])
        #expect(summary.correctCount == 1)
        let even = try DenseEvaluator(architecture: model, source: examples).evaluate([0, 0, 0, 0, 0, 0])
        #expect(even.correctCount == 1)
        // log 3, to a few ulps.
        #expect(abs(even.meanLoss - 1.0986122886681098) < 1e-15)
    }

    @Test("refuses chunks outside the data and parameters that do not fit")
    func refusals() throws {
        let evaluator = try DenseEvaluator(architecture: architecture, source: examples)
        #expect(throws: DenseError.invalidChunks(expected: 5)) { try evaluator.evaluate(parameters, chunks: 4..<6) }
        #expect(throws: DenseError.invalidChunks(expected: 5)) { try evaluator.evaluate(parameters, chunks: -1..<2) }
        #expect(throws: DenseError.wrongParameterCount(got: 3, expected: 172)) { try evaluator.evaluate([1, 2, 3]) }
        var broken = parameters
        broken[7] = .nan
        #expect(throws: DenseError.notFinite) { try evaluator.evaluate(broken) }
        let overflowing = [Float](repeating: .greatestFiniteMagnitude, count: parameters.count)
        #expect(throws: DenseError.notFinite) { try evaluator.evaluate(overflowing) }
    }
}
