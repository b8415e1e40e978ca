import HansaCore
import HansaNumerics
import Testing

@testable import HansaLearning

@Suite("Models and their blocks")
struct ModelZooTests {
    struct Model: Sendable {
        let model: ModelZoo
        let input: NetworkShape
        let classCount: Int
        let parameterCount: Int
    }

    private static let digits = NetworkShape.image(channels: 1, height: 28, width: 28)
    private static let pictures = NetworkShape.image(channels: 3, height: 32, width: 32)
    private static let signals = NetworkShape.image(channels: 9, height: 1, width: 128)

    private static let models = [
        Model(model: .twoLayer, input: digits, classCount: 10, parameterCount: 199_210),
        Model(model: .fedavgCNN, input: digits, classCount: 10, parameterCount: 1_663_370),
        Model(model: .leNet5, input: digits, classCount: 10, parameterCount: 44_426),
        Model(model: .cifarCNN, input: pictures, classCount: 10, parameterCount: 1_626_442),
        Model(model: .resNet8, input: pictures, classCount: 10, parameterCount: 78_186),
        Model(model: .resNet20, input: pictures, classCount: 10, parameterCount: 273_066),
        Model(model: .timeCNN, input: signals, classCount: 6, parameterCount: 250_246),
        Model(model: .charLSTM, input: .vector(80), classCount: 65, parameterCount: 813_897),
        Model(model: .switchMoE, input: digits, classCount: 10, parameterCount: 158_992),
    ]

    @Test("have as many parameters as they should", arguments: models)
    func counts(_ row: Model) throws {
        let architecture = try row.model.architecture(input: row.input, classCount: row.classCount)
        #expect(architecture.parameterCount == row.parameterCount)
        #expect(architecture.classCount == row.classCount)
        #expect(architecture.schema().count == row.parameterCount)
        #expect(architecture.initialParameters(seed: 1).count == row.parameterCount)
    }

    @Test("Rows and channels of a series of measurements count alike")
    func rowsAsChannels() throws {
        let rows = NetworkShape.image(channels: 1, height: 9, width: 128)
        #expect(try ModelZoo.timeCNN.architecture(input: rows, classCount: 6).parameterCount == 250_246)
    }

    @Test("Blocks say which are routers, experts, projections and running statistics")
    func roles() throws {
        let mixture = ExpertMixture(expertCount: 2, expert: .lowRank(1))
        let architecture = try NetworkArchitecture(
            input: .image(channels: 1, height: 4, width: 4),
            layers: [
                .residual([.convolution(channels: 2, window: Window(size: 2, stride: 2)), .batchNorm]),
                .switchMoE(ExpertMixture(expertCount: 1, expert: .dense(hidden: 2), unitCount: 3)),
                .residual([.switchMoE(mixture)]), .dense(units: 2),
            ]
        )
        let blocks = architecture.schema().blocks
        #expect(
            blocks.map(\.name) == [
                "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "layers.1.mean",
                "layers.1.variance", "layers.2.projection.weight", "layers.2.projection.bias", "layers.3.router.weight",
                "layers.3.experts.0.hidden.weight", "layers.3.experts.0.hidden.bias",
                "layers.3.experts.0.output.weight",
                "layers.3.experts.0.output.bias", "layers.4.router.weight", "layers.4.experts.0.down.weight",
                "layers.4.experts.0.up.weight", "layers.4.experts.1.down.weight", "layers.4.experts.1.up.weight",
                "layers.5.weight", "layers.5.bias",
            ]
        )
        #expect(blocks[8].role == .router(layer: 0))
        #expect(blocks[11].role == .expert(layer: 0, index: 0))
        #expect(blocks[13].role == .router(layer: 1))
        #expect(blocks[17].role == .expert(layer: 1, index: 1))
        #expect(blocks.filter { $0.role == .dense }.count == 10)
        let start = architecture.initialParameters(seed: 3)
        let offsets = architecture.schema().offsets
        #expect(start[offsets[5]..<offsets[6]].allSatisfy { $0 == 1 })
        #expect(start[offsets[15]..<offsets[16]].allSatisfy { $0 == 0 })
        #expect(start[offsets[14]..<offsets[15]].contains { $0 != 0 })
    }

    @Test(
        "Features that are no tokens are refused, and parameters stay",
        arguments: [-1, 5, 0.5, Float.nan, .infinity]
    )
    func tokens(_ feature: Float) throws {
        let architecture = try NetworkArchitecture(
            input: .vector(2),
            layers: [.embedding(vocabulary: 5, width: 3), .lastStep, .dense(units: 2)]
        )
        let source = VectorExamples(features: [[0, 4], [1, feature]], labels: [0, 1])
        let start = architecture.initialParameters(seed: 1)
        var parameters = start
        var trainer = try NetworkTrainer(source: source, workspace: NetworkWorkspace(architecture, batchSize: 1))
        let work = LocalWork(epochs: 1, batchSize: 1, learningRate: 1, shuffles: false)
        #expect(throws: NetworkError.tokensDoNotFit(vocabulary: 5)) {
            try trainer.train(&parameters, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
        }
        #expect(parameters == start)
        #expect(throws: NetworkError.tokensDoNotFit(vocabulary: 5)) {
            try NetworkEvaluator(architecture: architecture, source: source).evaluate(start)
        }
    }

    @Test("An expert's load is how many tokens it learned from, within its limit")
    func loads() throws {
        func loads(_ factor: Double?) throws -> [Int] {
            let mixture = ExpertMixture(
                expertCount: 4,
                expert: .dense(hidden: 3),
                unitCount: 2,
                topCount: 2,
                capacityFactor: factor
            )
            let architecture = try NetworkArchitecture(input: .vector(5), layers: [.switchMoE(mixture)])
            let source = VectorExamples.drawn(count: 24, featureCount: 5, classCount: 2)
            let workspace = try NetworkWorkspace(architecture, batchSize: 8)
            var parameters = architecture.initialParameters(seed: 2)
            let work = LocalWork(epochs: 2, batchSize: 8, learningRate: 0.1)
            for _ in 0..<2 {
                var trainer = try NetworkTrainer(source: source, workspace: workspace)
                _ = try trainer.train(&parameters, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
            }
            return workspace.expertLoads[0]
        }
        // Of 24 examples, two experts each, two epochs.
        #expect(try loads(nil).reduce(0, +) == 96)
        // Two tokens an expert in each of six steps.
        let limited = try loads(0.5)
        #expect(limited.allSatisfy { $0 <= 12 })
        #expect(limited.contains(12))
    }
}
