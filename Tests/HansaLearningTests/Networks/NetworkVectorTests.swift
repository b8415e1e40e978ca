import Foundation
import HansaCore
import HansaNumerics
import Testing

@testable import HansaLearning

@Suite("Networks beside PyTorch")
struct NetworkVectorTests {
    struct Vectors: Decodable, Sendable {
        struct Case: Decodable, Sendable, CustomStringConvertible {
            let name: String
            let input: [Int]
            let layers: [[Entry]]
            let momentum: Float
            let decay: Float
            let examples: [[Float]]
            let labels: [Int]
            let start: [Float]
            let trained: [Double]
            let meanLoss: Double

            var description: String { name }

            /// Images lie in data sets with the channels of a pixel together.
            var source: VectorExamples {
                guard input.count == 3 else { return VectorExamples(features: examples, labels: labels) }
                let (channels, area) = (input[0], input[1] * input[2])
                let turned = examples.map { example in
                    (0..<example.count).map { example[$0 % channels * area + $0 / channels] }
                }
                return VectorExamples(features: turned, labels: labels)
            }

            func architecture(classCount: Int) throws -> NetworkArchitecture {
                let shape: NetworkShape =
                    input.count == 1
                    ? .vector(input[0]) : .image(channels: input[0], height: input[1], width: input[2])
                let layers = layers.map { entries -> Layer in
                    let numbers = entries.dropFirst().map(\.number)
                    switch entries[0].word {
                    case "dense": return .dense(units: numbers[0])
                    case "convolution":
                        let window = Window(size: numbers[1], stride: numbers[2], padding: numbers[3])
                        return .convolution(channels: numbers[0], window: window)
                    case "max-pool": return .maxPool(Window(size: numbers[0], stride: numbers[1], padding: numbers[2]))
                    case "average-pool":
                        return .averagePool(Window(size: numbers[0], stride: numbers[1], padding: numbers[2]))
                    default: return .relu
                    }
                }
                return try NetworkArchitecture(input: shape, layers: layers + [.dense(units: classCount)])
            }
        }

        /// A word or a number.
        struct Entry: Decodable, Sendable {
            var word = ""
            var number = 0

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Int.self) {
                    self.number = number
                } else {
                    word = try container.decode(String.self)
                }
            }
        }

        let classes: Int
        let batch: UInt32
        let epochs: UInt32
        let rate: Float
        let cases: [Case]

        static let shared: Vectors = {
            do {
                let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/networks.json")
                return try JSONDecoder().decode(Self.self, from: try Data(contentsOf: url))
            } catch {
                preconditionFailure("the vectors are part of the package: \(error)")
            }
        }()
    }

    @Test("train to the same parameters and loss", arguments: Vectors.shared.cases)
    func training(row: Vectors.Case) throws {
        let vectors = Vectors.shared
        let architecture = try row.architecture(classCount: vectors.classes)
        #expect(architecture.parameterCount == row.start.count)
        let work = LocalWork(
            epochs: vectors.epochs,
            batchSize: vectors.batch,
            learningRate: vectors.rate,
            momentum: row.momentum,
            weightDecay: row.decay,
            shuffles: false
        )
        let workspace = try NetworkWorkspace(architecture, batchSize: Int(vectors.batch))
        var trainer = try NetworkTrainer(source: row.source, workspace: workspace)
        var parameters = row.start
        let stream = RandomStream(seed: 1, purpose: .shuffling)
        let summary = try trainer.train(&parameters, work: work, stream: stream)
        #expect(abs(summary.meanLoss - row.meanLoss) < 1e-5)
        let worst = zip(parameters, row.trained).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(worst < 1e-5, "\(row.name)")
    }
}
