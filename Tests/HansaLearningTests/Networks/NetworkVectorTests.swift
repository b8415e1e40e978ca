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
            let layers: [Entry]
            let loss: String
            let momentum: Float
            let decay: Float
            let examples: [[Float]]
            let labels: [Int]
            let start: [Float]
            let trained: [Double]
            let meanLoss: Double
            let measuredLoss: Double

            var description: String { name }

            var source: VectorExamples { VectorExamples(features: examples, labels: labels) }

            func architecture(classCount: Int) throws -> NetworkArchitecture {
                let shape: NetworkShape =
                    input.count == 1
                    ? .vector(input[0]) : .image(channels: input[0], height: input[1], width: input[2])
                let layers = layers.map(\.layer)
                return try NetworkArchitecture(
                    input: shape,
                    layers: layers + [.dense(units: classCount)],
                    loss: #require(NetworkLoss(rawValue: loss))
                )
            }
        }

        /// A word, a number or a list of them.
        enum Entry: Decodable, Sendable {
            case word(String)
            case number(Double)
            case list([Entry])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else if let word = try? container.decode(String.self) {
                    self = .word(word)
                } else {
                    self = .list(try container.decode([Entry].self))
                }
            }

            var items: [Entry] { if case .list(let items) = self { items } else { [] } }
            var word: String { if case .word(let word) = self { word } else { "" } }
            var real: Double { if case .number(let number) = self { number } else { 0 } }
            var number: Int { Int(real) }
            var extent: Window.Extent {
                items.count == 2
                    ? Window.Extent(down: items[0].number, across: items[1].number) : Window.Extent(number)
            }

            /// What a list describes: a name and numbers.
            var layer: Layer {
                let values = Array(items.dropFirst())
                func window(_ values: ArraySlice<Entry>) -> Window {
                    let extents = values.map(\.extent)
                    return Window(size: extents[0], stride: extents[1], padding: extents[2])
                }
                switch items[0].word {
                case "dense": return .dense(units: values[0].number)
                case "convolution": return .convolution(channels: values[0].number, window: window(values[1...]))
                case "max-pool": return .maxPool(window(values[...]))
                case "average-pool": return .averagePool(window(values[...]))
                case "average": return .globalAveragePool
                case "gelu": return .gelu
                case "layer-norm": return .layerNorm
                case "group-norm": return .groupNorm(groups: values[0].number)
                case "batch-norm": return .batchNorm
                case "embedding": return .embedding(vocabulary: values[0].number, width: values[1].number)
                case "lstm": return .lstm(units: values[0].number)
                case "last-step": return .lastStep
                case "switch-moe":
                    let numbers = values.map(\.real)
                    return .switchMoE(
                        ExpertMixture(
                            expertCount: values[0].number,
                            expert: numbers[1] > 0 ? .dense(hidden: values[1].number) : .lowRank(-values[1].number),
                            unitCount: numbers[2] == 0 ? nil : values[2].number,
                            topCount: values[3].number,
                            capacityFactor: numbers[4] == 0 ? nil : numbers[4],
                            balance: numbers[5]
                        )
                    )
                case "residual": return .residual(values[0].items.map(\.layer))
                default: return .relu
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

    @Test("train to the same parameters and loss, and measure the same", arguments: Vectors.shared.cases)
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
        let evaluator = try NetworkEvaluator(architecture: architecture, source: row.source)
        let measured = try evaluator.evaluate(parameters)
        #expect(abs(measured.meanLoss - row.measuredLoss) < 1e-5 * max(1, row.measuredLoss))
        var start = 0
        for block in architecture.parameters {
            let range = start..<start + block.count
            let distance = zip(parameters[range], row.trained[range]).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(distance < 1e-5, "\(row.name): \(block.name)")
            start += block.count
        }
    }
}
