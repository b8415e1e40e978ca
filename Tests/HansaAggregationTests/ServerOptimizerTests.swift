import Foundation
import HansaAggregation
import HansaTesting
import Testing

@Suite("Server optimizers")
struct ServerOptimizerTests {
    struct File: Decodable {
        var cases: [Vector]
    }

    /// A case of Scripts/vectors/server_optimizers.py; floats are bit patterns.
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        struct Round: Decodable, Sendable {
            var delta: [UInt32]
            var model: [UInt32]
            var state: [[UInt32]]
        }

        var name: String
        var rule: String
        var learningRate: Float
        var beta: Float?
        var beta1: Float?
        var beta2: Float?
        var tau: Float?
        var start: [UInt32]
        var rounds: [Round]

        var testDescription: String { name }

        func configuration() throws -> ServerOptimizerConfiguration {
            switch rule {
            case "sgd": .sgd(learningRate: learningRate)
            case "momentum": .momentum(learningRate: learningRate, beta: try #require(beta))
            case "adagrad":
                .adagrad(learningRate: learningRate, beta1: try #require(beta1), tau: try #require(tau))
            case "adam":
                .adam(
                    learningRate: learningRate,
                    beta1: try #require(beta1),
                    beta2: try #require(beta2),
                    tau: try #require(tau)
                )
            default:
                .yogi(
                    learningRate: learningRate,
                    beta1: try #require(beta1),
                    beta2: try #require(beta2),
                    tau: try #require(tau)
                )
            }
        }
    }

    static func vectors() throws -> [Vector] {
        let file = try #require(
            Bundle.module.url(forResource: "server_optimizers", withExtension: "json", subdirectory: "Vectors")
        )
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
    }

    private func aggregate(_ delta: [Float]) -> Aggregate {
        Aggregate(delta: delta, updateCount: 1, totalWeight: 1)
    }

    @Test("meet numpy's float32 bits in every round", arguments: try vectors())
    func meetGoldenVectors(vector: Vector) throws {
        var optimizer = try vector.configuration().makeOptimizer()
        var model = vector.start.map { Float(bitPattern: $0) }
        #expect(!vector.rounds.isEmpty)
        for round in vector.rounds {
            try optimizer.advance(&model, by: aggregate(round.delta.map { Float(bitPattern: $0) }))
            #expect(model.map(\.bitPattern) == round.model)
            #expect(optimizer.state.map { $0.values.map(\.bitPattern) } == round.state)
        }
    }

    static let configurations: [ServerOptimizerConfiguration] = [
        .sgd(learningRate: 1), .momentum(learningRate: 1, beta: 0.9),
        .adam(learningRate: 1, beta1: 0.9, beta2: 0.99, tau: 0.01),
        .adagrad(learningRate: 1, beta1: 0, tau: 0.01),
        .yogi(learningRate: 1, beta1: 0.9, beta2: 0.99, tau: 0.01),
    ]

    @Test("a result that is not finite leaves model and state untouched", arguments: configurations)
    func refuseInfinities(configuration: ServerOptimizerConfiguration) throws {
        var optimizer = try configuration.makeOptimizer()
        var model: [Float] = [1, .greatestFiniteMagnitude]
        try optimizer.advance(&model, by: aggregate([1, 0]))
        let before = (model, optimizer.state)
        // The sum overflows under SGD and momentum, the square of the delta under Adam and Yogi.
        #expect(throws: AggregationError.notFinite) {
            try optimizer.advance(&model, by: aggregate([1, .greatestFiniteMagnitude]))
        }
        #expect(throws: AggregationError.notFinite) { try optimizer.advance(&model, by: aggregate([.nan, 0])) }
        #expect(model == before.0 && optimizer.state == before.1)
    }

    @Test("state of another model is refused", arguments: configurations.dropFirst())
    func refuseOtherModels(configuration: ServerOptimizerConfiguration) throws {
        var optimizer = try configuration.makeOptimizer()
        var model: [Float] = [1, 2]
        try optimizer.advance(&model, by: aggregate([1, 1]))
        var larger: [Float] = [1, 2, 3]
        #expect(throws: AggregationError.self) { try optimizer.advance(&larger, by: aggregate([1, 1, 1])) }
        #expect(larger == [1, 2, 3])
        #expect(throws: AggregationError.shapeMismatch) { try optimizer.advance(&model, by: aggregate([1])) }
        // A fresh start is allowed: it is the state before the first round.
        try optimizer.restore([])
        #expect(optimizer.state.isEmpty)
    }

    @Test("a negative second moment is refused")
    func refuseNegativeMoments() throws {
        var optimizer = try Self.configurations[2].makeOptimizer()
        var model: [Float] = [1, 2]
        try optimizer.advance(&model, by: aggregate([1, 1]))
        var state = optimizer.state
        state[1].values[0] = -1
        #expect(throws: AggregationError.self) { try optimizer.restore(state) }
        #expect(optimizer.state != state)
    }

    @Test("SGD at rate 1 is exactly x + Δ")
    func sgdIsTheSum() throws {
        var optimizer = try Self.configurations[0].makeOptimizer()
        var model: [Float] = [0.1, -3e38, 0x1p-133, 16_777_216]
        let delta: [Float] = [0.2, 1e37, 0x1p-140, 1]
        let expected = zip(model, delta).map { $0 + $1 }
        try optimizer.advance(&model, by: aggregate(delta))
        #expect(model.map(\.bitPattern) == expected.map(\.bitPattern))
    }
}
