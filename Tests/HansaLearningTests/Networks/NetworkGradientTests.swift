import HansaCore
import HansaNumerics
import Testing

@testable import HansaLearning

@Suite("Gradients of networks")
struct NetworkGradientTests {
    /// Small networks with every layer in the places where its neighbours change how it is computed.
    static let networks: [(name: String, input: NetworkShape, layers: [Layer])] = [
        ("softmax", .vector(7), []),
        ("perceptron", .vector(7), [.dense(units: 9), .relu, .dense(units: 5), .relu]),
        ("linear", .vector(7), [.dense(units: 9), .dense(units: 5)]),
        (
            "convolution", .image(channels: 3, height: 7, width: 6),
            [.convolution(channels: 5, window: Window(size: 3)), .relu]
        ),
        (
            "strided", .image(channels: 2, height: 9, width: 8),
            [.convolution(channels: 18, window: Window(size: 3, stride: 2, padding: 1)), .relu]
        ),
        (
            "deep", .image(channels: 1, height: 12, width: 12),
            [
                .convolution(channels: 17, window: Window(size: 3, padding: 1)), .relu,
                .maxPool(Window(size: 2, stride: 2)),
                .convolution(channels: 16, window: Window(size: 3)), .relu,
                .averagePool(Window(size: 3, stride: 2, padding: 1)), .dense(units: 11), .relu,
            ]
        ),
        (
            "pooled first", .image(channels: 16, height: 6, width: 6),
            [.convolution(channels: 4, window: Window(size: 1)), .maxPool(Window(size: 3, stride: 1)), .relu]
        ),
        (
            "oblong", .image(channels: 1, height: 4, width: 11),
            [
                .convolution(channels: 5, window: Window(size: Window.Extent(down: 4, across: 3))), .relu,
                .maxPool(Window(size: Window.Extent(down: 1, across: 2))),
            ]
        ),
        (
            "normalised", .image(channels: 2, height: 6, width: 5),
            [
                .convolution(channels: 18, window: Window(size: 3)), .groupNorm(groups: 6), .gelu, .layerNorm,
                .globalAveragePool, .dense(units: 9), .layerNorm, .gelu,
            ]
        ),
        (
            "residual", .image(channels: 1, height: 6, width: 6),
            [
                .convolution(channels: 6, window: Window(size: 3, padding: 1)),
                .residual([
                    .relu, .convolution(channels: 6, window: Window(size: 3, padding: 1)), .groupNorm(groups: 2), .relu,
                ]),
                .residual([.convolution(channels: 17, window: Window(size: 3, stride: 2, padding: 1)), .relu]), .relu,
                .dense(units: 8), .residual([.gelu, .dense(units: 8)]), .residual([]),
            ]
        ),
        (
            "recurrent", .vector(6),
            [
                .embedding(vocabulary: 9, width: 5), .lstm(units: 7), .dropout(0), .residual([.lstm(units: 7), .relu]),
                .layerNorm, .lstm(units: 17), .lastStep, .dense(units: 6), .gelu,
            ]
        ),
        (
            "mixture", .image(channels: 2, height: 3, width: 3),
            [
                .switchMoE(ExpertMixture(expertCount: 3, expert: .dense(hidden: 5), unitCount: 6, topCount: 2)),
                .residual([.switchMoE(ExpertMixture(expertCount: 4, expert: .lowRank(2), balance: 0))]),
            ]
        ),
        (
            "mixture of steps", .vector(4),
            [
                .embedding(vocabulary: 5, width: 3),
                .switchMoE(ExpertMixture(expertCount: 3, expert: .dense(hidden: 4), unitCount: 5, balance: 0)),
            ]
        ),
        balancedMixture, batchNormalised,
    ]

    /// Loads of a batch, and who finds room, depend on how it is cut.
    static let balancedMixture: (name: String, input: NetworkShape, layers: [Layer]) = (
        "balanced mixture", .vector(6),
        [
            .dense(units: 6),
            .residual([
                .switchMoE(
                    ExpertMixture(expertCount: 3, expert: .dense(hidden: 5), capacityFactor: 0.75, balance: 0.5)
                )
            ]),
        ]
    )

    /// Examples for a network.
    static func source(_ architecture: NetworkArchitecture, count: Int) -> VectorExamples {
        let drawn = VectorExamples.drawn(count: count, featureCount: architecture.input.count, classCount: 4)
        return architecture.vocabulary.map { drawn.tokens(below: $0) } ?? drawn
    }

    /// Statistics of a batch depend on how it is cut.
    static let batchNormalised: (name: String, input: NetworkShape, layers: [Layer]) = (
        "batch norm", .image(channels: 2, height: 5, width: 5),
        [
            .convolution(channels: 17, window: Window(size: 3, padding: 1)), .batchNorm, .relu,
            .residual([.convolution(channels: 17, window: Window(size: 3, padding: 1)), .batchNorm]),
        ]
    )

    @Test("are those of finite differences", arguments: networks.indices)
    func finiteDifferences(index: Int) throws {
        let network = Self.networks[index]
        let architecture = try NetworkArchitecture(input: network.input, layers: network.layers + [.dense(units: 4)])
        let source = Self.source(architecture, count: 3)
        let workspace = try NetworkWorkspace(architecture, batchSize: 3)
        let parameters = architecture.initialParameters(seed: 5)
        func loss(_ parameters: [Float]) throws -> Double {
            #expect(try workspace.load(parameters))
            let program = try workspace.program(rowCount: 3)
            try workspace.fill(program, 0..<3, of: source)
            var loss = 0.0
            var correctCount = 0
            try workspace.measure(program, loss: &loss, correctCount: &correctCount)
            return loss / 3
        }
        // One step of rate 1 leaves the parameters less their gradient.
        var trained = parameters
        var trainer = try NetworkTrainer(source: source, workspace: workspace)
        let work = LocalWork(epochs: 1, batchSize: 3, learningRate: 1, shuffles: false)
        let summary = try trainer.train(&trained, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
        #expect(abs(summary.meanLoss - (try loss(parameters))) < 1e-6)
        let learned = architecture.parameters.flatMap { repeatElement($0.isLearned, count: $0.count) }
        let gradient = zip(zip(parameters, trained), learned).map { $1 ? $0.0 - $0.1 : 0 }
        let scale = Double(gradient.map { abs($0) }.max() ?? 0)
        #expect(scale > 1e-3)
        var stream = RandomStream(seed: 9, purpose: .initialization)
        var errors: [Double] = []
        var start = 0
        for parameter in architecture.parameters {
            for _ in 0..<(parameter.isLearned ? 20 : 0) {
                let place = start + Int(stream.next(below: UInt64(parameter.count)))
                var changed = parameters
                let width: Float = 1e-3
                changed[place] = parameters[place] + width
                let above = try loss(changed)
                changed[place] = parameters[place] - width
                let below = try loss(changed)
                let difference = (above - below) / Double(2 * width)
                errors.append(abs(difference - Double(gradient[place])) / scale)
            }
            start += parameter.count
        }
        // Scores of float32 leave 1e-7 of the loss, which a width of 1e-3 makes 1e-4 of the gradient. Where a rectifier or
        // a maximum turns within the width the difference is of two slopes: fewer than a tenth of all places.
        errors.sort()
        #expect(errors[errors.count * 9 / 10] < 5e-3, "\(network.name)")
    }

    @Test("of short batches are those of batches as long as they are", arguments: networks.indices)
    func shortBatches(index: Int) throws {
        let network = Self.networks[index]
        let architecture = try NetworkArchitecture(input: network.input, layers: network.layers + [.dense(units: 4)])
        let source = Self.source(architecture, count: 13)
        let parameters = architecture.initialParameters(seed: 5)
        let work = LocalWork(
            epochs: 2,
            batchSize: 13,
            learningRate: 0.1,
            momentum: 0.5,
            weightDecay: 0.01,
            shuffles: true
        )
        func trained(rows: Int) throws -> [Float] {
            let workspace = try NetworkWorkspace(architecture, batchSize: rows)
            var result = parameters
            var trainer = try NetworkTrainer(source: source, workspace: workspace)
            _ = try trainer.train(&result, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
            // The workspace is as good as new.
            var again = parameters
            _ = try trainer.train(&again, work: work, stream: RandomStream(seed: 1, purpose: .shuffling))
            #expect(again == result)
            return result
        }
        let whole = try trained(rows: 13)
        #expect(whole != parameters)
        for rows in [Self.batchNormalised.name, Self.balancedMixture.name, "mixture"].contains(network.name)
            ? [16] : [16, 5, 1]
        {
            let other = try trained(rows: rows)
            let difference = zip(whole, other).map { abs($0 - $1) }.max() ?? 0
            #expect(difference < 1e-5, "\(rows)")
        }
    }
}
