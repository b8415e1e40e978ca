import CHansaKernels
import Foundation
import HansaCore
import HansaNumerics
import Testing

@testable import HansaDense

/// Vectors of Scripts/vectors/switch_training.py, and the laws of the exact trainers.
@Suite("The exact trainer of Switch classifiers", .serialized)
struct SwitchTrainerTests {
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
        }

        var name: String
        /// Inputs, experts, hidden units, classes.
        var shape: [Int]
        var features: [[Float]]
        var labels: [Int]
        var start: [Float]
        var work: Work
        var double: [Double]
        var loads: [UInt32]
        var meanLoss: Double

        var testDescription: String { name }
    }

    private static func vectors() throws -> [Vector] {
        let file = Bundle.module.url(forResource: "switch_training", withExtension: "json", subdirectory: "Vectors")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: #require(file))).cases
    }

    private static func architecture(
        _ inputs: Int = 9,
        _ experts: Int = 4,
        _ hidden: Int = 5,
        _ classes: Int = 3
    ) throws -> SwitchArchitecture {
        try SwitchArchitecture(inputCount: inputs, expertCount: experts, hiddenCount: hidden, classCount: classes)
    }

    private static func train(
        _ architecture: SwitchArchitecture,
        _ examples: TestExamples,
        _ work: LocalWork,
        workspace: SwitchWorkspace? = nil
    ) throws -> [UInt32] {
        var trainer = try SwitchTrainer(architecture: architecture, source: examples, workspace: workspace)
        var trained = architecture.initialParameters(seed: 5)
        _ = try trainer.train(&trained, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
        return trained.map(\.bitPattern)
    }

    @Test("meets PyTorch's parameters, loss and loads, with the same bits in every variant", arguments: try vectors())
    func vector(_ vector: Vector) throws {
        defer { _ = hansa_kernels_force(-1) }
        let architecture = try Self.architecture(vector.shape[0], vector.shape[1], vector.shape[2], vector.shape[3])
        let examples = TestExamples(features: vector.features, labels: vector.labels)
        let work = LocalWork(
            epochs: vector.work.epochs,
            batchSize: vector.work.batchSize,
            learningRate: vector.work.learningRate,
            momentum: vector.work.momentum,
            weightDecay: vector.work.weightDecay,
            shuffles: false
        )
        var first: [UInt32]?
        for variant in 0..<hansa_kernels_variant_count() where hansa_kernels_force(variant) {
            var trainer = try SwitchTrainer(architecture: architecture, source: examples)
            var trained = vector.start
            let summary = try trainer.train(&trained, work: work, stream: RandomStream(seed: 0, purpose: .shuffling))
            #expect(abs(summary.meanLoss - vector.meanLoss) < 1e-6)
            #expect(trainer.expertLoads == vector.loads)
            for (got, expected) in zip(trained, vector.double) { #expect(abs(Double(got) - expected) < 5e-6) }
            #expect(first == nil || first == trained.map(\.bitPattern), "variant \(variant)")
            first = trained.map(\.bitPattern)
        }
        #expect(first != vector.start.map(\.bitPattern))
    }

    @Test("gives the gradient that differences of the loss give", arguments: 1...4 as ClosedRange<UInt64>)
    func gradient(seed: UInt64) throws {
        let architecture = try Self.architecture()
        let examples = TestExamples.drawn(seed: seed, count: 12, featureCount: 9, classCount: 3)
        var trainer = try SwitchTrainer(architecture: architecture, source: examples)
        let start = architecture.initialParameters(seed: seed)
        let all = Array(0..<UInt32(12))
        var (gradient, ignored) = (start, start)
        _ = try trainer.gradient(at: start, of: all, word: 0, into: &gradient)
        let step: Float = 0x1p-8
        var moved = 0
        for index in stride(from: 0, to: start.count, by: 3) {
            var (above, below) = (start, start)
            above[index] += step
            below[index] -= step
            let up = try trainer.gradient(at: above, of: all, word: 0, into: &ignored)
            let down = try trainer.gradient(at: below, of: all, word: 0, into: &ignored)
            // A Float's spacing moves the points by less than 2^-24.
            let expected = (up - down) / Double(above[index] - below[index])
            // Steps over a kink of the rectifier or to another expert show in single places.
            if abs(expected - Double(gradient[index])) > 2e-3 { moved += 1 }
        }
        #expect(moved <= 3)
        #expect(gradient.contains { $0 != 0 })
    }

    @Test("does not depend on how a batch is cut into blocks, nor on what a workspace did before")
    func blocks() throws {
        let architecture = try Self.architecture()
        let examples = TestExamples.drawn(seed: 3, count: 90, featureCount: 9, classCount: 3)
        let works = [
            LocalWork(epochs: 2, batchSize: 70, learningRate: 0.1),
            LocalWork(epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0.5, weightDecay: 0.01),
            LocalWork(
                epochs: 1,
                batchSize: 32,
                learningRate: 0.01,
                optimizer: .adam(AdamMoments()),
                gradientNormMax: 1,
                proximal: 0.1
            ),
        ]
        let workspace = SwitchWorkspace(architecture)
        for work in works {
            let expected = try Self.train(architecture, examples, work)
            for rowCount in [1, 7, 64] {
                let own = SwitchWorkspace(architecture, rowCount: rowCount)
                #expect(try Self.train(architecture, examples, work, workspace: own) == expected)
            }
            for other in works {
                _ = try Self.train(architecture, examples, other, workspace: workspace)
                #expect(try Self.train(architecture, examples, work, workspace: workspace) == expected)
            }
        }
    }

    @Test("leaves an expert that no example reaches as it was, and counts every example once an epoch")
    func loads() throws {
        let architecture = try Self.architecture(4, 8, 3, 2)
        let examples = TestExamples.drawn(seed: 8, count: 5, featureCount: 4, classCount: 2)
        var trainer = try SwitchTrainer(architecture: architecture, source: examples)
        let start = architecture.initialParameters(seed: 1)
        var trained = start
        let work = LocalWork(epochs: 3, batchSize: 5, learningRate: 0.05)
        for _ in 0..<2 {
            trained = start
            _ = try trainer.train(&trained, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
            #expect(trainer.expertLoads.reduce(0, +) == 15)
        }
        let schema = architecture.schema()
        for (expert, load) in trainer.expertLoads.enumerated() {
            let blocks = schema.blocks.indices.filter { schema.blocks[$0].role == .expert(layer: 0, index: expert) }
            let isSame = blocks.allSatisfy { block in
                schema.parameterRange(ofBlock: block).allSatisfy { start[$0] == trained[$0] }
            }
            #expect(isSame == (load == 0), "expert \(expert) with \(load) examples")
        }
        #expect(trainer.expertLoads.contains(0))
    }

    @Test("learns what no single perceptron of an expert's size could, and measures it as it trained")
    func learning() throws {
        let architecture = try Self.architecture(6, 4, 8, 4)
        // A group's token says how the other features are read.
        var stream = RandomStream(seed: 4, purpose: .partition)
        let drawn = (0..<240).map { _ in (group: Int(stream.next(below: 2)), kind: Int(stream.next(below: 4))) }
        let examples = TestExamples(
            features: drawn.map { drawn in
                let token: [Float] = drawn.group == 0 ? [2, 0] : [0, 2]
                return token + (0..<4).map { $0 == drawn.kind ? 1 : 0 }
            },
            labels: drawn.map { $0.group == 0 ? $0.kind : 3 - $0.kind }
        )
        var trainer = try SwitchTrainer(architecture: architecture, source: examples)
        var parameters = architecture.initialParameters(seed: 3)
        let evaluator = try SwitchEvaluator(architecture: architecture, source: examples)
        let before = try evaluator.combine([try evaluator.evaluate(parameters, chunks: 0..<evaluator.chunkCount)])
        let work = LocalWork(epochs: 60, batchSize: 20, learningRate: 0.3)
        _ = try trainer.train(&parameters, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
        let after = try evaluator.combine([try evaluator.evaluate(parameters, chunks: 0..<evaluator.chunkCount)])
        #expect(before.accuracy < 0.5 && after.accuracy > 0.95)
        #expect(after.meanLoss < before.meanLoss)
    }

    @Test("is recovered from its schema, and from no other")
    func schema() throws {
        let architecture = try Self.architecture(7, 3, 5, 4)
        let schema = architecture.schema()
        #expect(try SwitchArchitecture(schema: schema) == architecture)
        #expect(schema.count == architecture.parameterCount)
        #expect(architecture.initialParameters(seed: 1).count == architecture.parameterCount)
        var blocks = schema.blocks
        blocks[6] = ParameterBlock(name: blocks[6].name, shape: blocks[6].shape, role: .expert(layer: 0, index: 0))
        #expect(throws: DenseError.notSwitch(block: 6)) { try SwitchArchitecture(schema: ParameterSchema(blocks)) }
        #expect(throws: DenseError.notSwitch(block: 11)) {
            try SwitchArchitecture(schema: ParameterSchema(Array(schema.blocks.dropLast())))
        }
        let dense = try DenseArchitecture(inputCount: 4, classCount: 2).schema()
        #expect(throws: DenseError.self) { try SwitchArchitecture(schema: dense) }
    }

    @Test("refuses shapes outside the limits, data that do not fit, and parameters that are not finite")
    func refusals() throws {
        #expect(throws: DenseError.invalidExpertCount(got: 257, max: 256)) { try Self.architecture(4, 257) }
        #expect(throws: DenseError.invalidExpertCount(got: 0, max: 256)) { try Self.architecture(4, 0) }
        #expect(throws: DenseError.tooFewClasses(got: 1)) { try Self.architecture(4, 2, 3, 1) }
        #expect(throws: DenseError.invalidWidth(layer: 1, got: 0, max: 1 << 20)) { try Self.architecture(4, 2, 0) }
        #expect(throws: DenseError.tooManyParameters(max: 1 << 27)) { try Self.architecture(1 << 20, 256, 1 << 20) }
        let architecture = try Self.architecture()
        let examples = TestExamples.drawn(seed: 1, count: 9, featureCount: 8, classCount: 3)
        #expect(throws: DenseError.featuresDoNotFit(got: 8, expected: 9)) {
            try SwitchTrainer(architecture: architecture, source: examples)
        }
        let labels = TestExamples.drawn(seed: 1, count: 40, featureCount: 9, classCount: 4)
        #expect(throws: DenseError.labelsDoNotFit(classCount: 3)) {
            try SwitchEvaluator(architecture: architecture, source: labels)
        }
        let fitting = TestExamples.drawn(seed: 1, count: 9, featureCount: 9, classCount: 3)
        var trainer = try SwitchTrainer(architecture: architecture, source: fitting)
        var parameters = architecture.initialParameters(seed: 1)
        parameters[3] = .nan
        let before = parameters.map(\.bitPattern)
        let work = LocalWork(epochs: 1, batchSize: 3, learningRate: 0.1)
        let stream = RandomStream(seed: 1, purpose: .shuffling)
        #expect(throws: DenseError.notFinite) { _ = try trainer.train(&parameters, work: work, stream: stream) }
        #expect(parameters.map(\.bitPattern) == before)
        var short = [Float](repeating: 0, count: 3)
        #expect(throws: DenseError.wrongParameterCount(got: 3, expected: architecture.parameterCount)) {
            _ = try trainer.train(&short, work: work, stream: stream)
        }
    }
}
