import Foundation
import Testing

/// The inputs that Scripts/vectors/quantization.py draws alike, and its results.
enum Samples {
    static func word(_ seed: UInt64, _ index: Int) -> UInt64 {
        var z = seed &+ UInt64(index + 1) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    static func integers(seed: UInt64, count: Int, width: Int) -> [Int32] {
        let largest = (Int64(1) << Int64(width - 1)) - 1
        return (0..<count).map { Int32(Int64(word(seed, $0) % UInt64(2 * largest + 1)) - largest) }
    }

    /// Multiples of 2^-20 in [-2, 2).
    static func floats(seed: UInt64, count: Int) -> [Float] {
        (0..<count).map { Float(Double(word(seed, $0) >> 42) * 0x1p-20 - 2) }
    }

    static func fnv(_ bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    struct Vectors: Decodable {
        struct Packing: Decodable {
            let width: Int
            let count: Int
            let seed: UInt64
            let fnv1a64: String
        }
        struct Tail: Decodable {
            let width: Int
            let values: [Int32]
            let hex: String
        }
        struct Stochastic: Decodable {
            let width: Int
            let step: Double
            let bound: Int64
            let seed: UInt64
            let count: Int
            let key: UInt64
            let indexOffset: Int
            let saturated: Int
            let fnv1a64: String
            let first: [Int32]
        }
        struct Systematic: Decodable {
            let seed: UInt64
            let count: Int
            let step: Double
            let clip: Double
            let bound: Int64
            let draw: String
            let values: [Int32]
        }
        struct Schedule: Decodable {
            let from: Int
            let to: Int
            let rounds: Int
            let widths: [Int]
        }
        let packing: [Packing]
        let tails: [Tail]
        let stochastic: [Stochastic]
        let systematic: [Systematic]
        let schedules: [Schedule]
    }

    static func load() throws -> Vectors {
        let url = try #require(Bundle.module.url(forResource: "Vectors/quantization", withExtension: "json"))
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }
}
