import Foundation
import HansaNumerics
import Testing

/// The references are correctly rounded, from 60 digits; see Scripts/vectors/quantization.py.
@Suite struct DeterministicMathTests {
    struct Vectors: Decodable {
        struct Entry: Decodable {
            let x: String
            let value: String
        }
        let exp: [Entry]
        let log: [Entry]
        let cos: [Entry]
    }

    static func load() throws -> Vectors {
        let url = try #require(Bundle.module.url(forResource: "Vectors/math", withExtension: "json"))
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }

    /// The largest distance from the references, in units in the last place.
    static func worst(_ entries: [Vectors.Entry], _ function: (Double) -> Double) throws -> UInt64 {
        var worst: UInt64 = 0
        for entry in entries {
            let x = Double(bitPattern: try #require(UInt64(entry.x, radix: 16)))
            let expected = try #require(UInt64(entry.value, radix: 16))
            let value = function(x).bitPattern
            worst = max(worst, value > expected ? value - expected : expected - value)
        }
        return worst
    }

    @Test func functionsStayWithinOneUnitOfTheReferences() throws {
        let vectors = try Self.load()
        #expect(try Self.worst(vectors.exp, DeterministicMath.exp) <= 1)
        #expect(try Self.worst(vectors.log, DeterministicMath.log) <= 1)
        #expect(try Self.worst(vectors.cos, DeterministicMath.cos) <= 1)
    }

    /// The system's functions are themselves off by at most one unit, so two units may lie between.
    @Test(arguments: [1, 2] as [UInt64])
    func functionsAgreeWithTheSystem(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .faults)
        for _ in 0..<50_000 {
            let unit = stream.nextDouble()
            let exponent = 1400 * unit - 700
            #expect(abs(DeterministicMath.exp(exponent) - Foundation.exp(exponent)) <= 2 * Foundation.exp(exponent).ulp)
            let positive = Foundation.exp(exponent)
            #expect(abs(DeterministicMath.log(positive) - Foundation.log(positive)) <= 2 * Foundation.log(positive).ulp)
            let angle = 200 * unit - 100
            #expect(abs(DeterministicMath.cos(angle) - Foundation.cos(angle)) <= 2 * Foundation.cos(angle).ulp)
        }
    }

    @Test func edgesAreExact() {
        #expect(DeterministicMath.exp(0) == 1)
        #expect(DeterministicMath.exp(-.infinity) == 0)
        #expect(DeterministicMath.exp(-745.2) == 0)
        #expect(DeterministicMath.exp(-745) == .leastNonzeroMagnitude)
        #expect(DeterministicMath.exp(.infinity) == .infinity)
        #expect(DeterministicMath.exp(709.78).isFinite)
        #expect(DeterministicMath.exp(.nan).isNaN)
        #expect(DeterministicMath.log(1) == 0)
        #expect(DeterministicMath.log(0) == -.infinity)
        #expect(DeterministicMath.log(-1).isNaN)
        #expect(DeterministicMath.log(.nan).isNaN)
        #expect(DeterministicMath.log(.infinity) == .infinity)
        #expect(DeterministicMath.cos(0) == 1)
        #expect(DeterministicMath.cos(.infinity).isNaN)
        #expect(DeterministicMath.cos(0x1p21).isNaN)
    }

    /// A digest over 30,000 results: it changes where any bit of any of them does.
    @Test func resultsHaveTheirGoldenBits() {
        var stream = RandomStream(seed: 42, purpose: .faults)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for _ in 0..<10_000 {
            let unit = stream.nextDouble()
            for value in [
                DeterministicMath.exp(1480 * unit - 745), DeterministicMath.log(unit),
                DeterministicMath.cos(2_000_000 * unit - 1_000_000),
            ] {
                hash = (hash ^ value.bitPattern) &* 0x100_0000_01b3
            }
        }
        #expect(hash == 0xa4ba8df82ea8415d)
    }
}
