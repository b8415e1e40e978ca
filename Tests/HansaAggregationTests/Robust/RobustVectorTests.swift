import Foundation
import HansaAggregation
import HansaCore
import HansaTesting
import Testing

@Suite("Strategies that read single updates meet numpy's vectors")
struct RobustVectorTests {
    struct File: Decodable {
        var cases: [Vector]
    }

    /// A case of Scripts/vectors/robust_rules.py.
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        enum Option: Decodable, Sendable {
            case number(Double)
            case word(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .word(try container.decode(String.self))
                }
            }

            var option: StrategyOption {
                switch self {
                case .number(let value): .number(value)
                case .word(let word): .word(word)
                }
            }
        }

        var name: String
        var options: [String: Option]
        var seed: Int
        /// Two hexadecimal digits an integer, one row an update.
        var integers: [String]
        var weights: [Int64]?
        var losses: [Float]?
        var shown: [Int]
        var values: [Double]
        var sum: Double
        var scale: Double

        var testDescription: String { "\(name) \(seed)" }

        var updates: [VerifiedUpdate] {
            integers.enumerated().map { client, row in
                let digits = Array(row.utf8)
                let values = stride(from: 0, to: digits.count, by: 2).map { start in
                    let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) ?? 0
                    return Int64(Int8(bitPattern: byte))
                }
                return RobustFixtures.update(
                    client: UInt32(client),
                    values,
                    weight: weights?[client] ?? 1,
                    loss: losses?[client]
                )
            }
        }
    }

    static func vectors() throws -> [Vector] {
        let file = try #require(
            Bundle.module.url(forResource: "robust_rules", withExtension: "json", subdirectory: "Vectors")
        )
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
    }

    @Test("to 1e-6 of the largest update", arguments: try vectors())
    func meetVectors(vector: Vector) throws {
        let strategy = try RobustFixtures.strategy(
            vector.name,
            vector.options.mapValues(\.option),
            weighting: vector.weights == nil ? .uniform : .samples(cap: 1000)
        )
        let plan = try RobustFixtures.plan(weighting: vector.weights == nil ? .uniform : .samples(cap: 1000))
        let delta = try RobustFixtures.report(strategy, vector.updates, Fixtures.shape(plan)).delta
        // The vectors leave out the seven parameters of the local block.
        let sent = Array(delta[..<545] + delta[552...])
        for (index, value) in zip(vector.shown, vector.values) {
            #expect(abs(Double(sent[index]) - value) <= 1e-6 * vector.scale, "coordinate \(index)")
        }
        #expect(abs(sent.reduce(0) { $0 + Double($1) } - vector.sum) <= 1e-5 * vector.scale)
        #expect(delta[545..<552].allSatisfy { $0 == 0 })
    }
}
