import HansaNumerics
import HansaQuantization
import Testing

@Suite struct ConditionalRoundingTests {
    static func normSquared(_ values: [Int32]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) } }

    /// c = 100, d = 100: (c + √d)² = 12,100 and c² + d/4 + c + √d/2 = 10,130.
    @Test func theBoundIsThePapers() throws {
        #expect(try ConditionalRounding(count: 100, clip: 10, step: 0.1).boundSquared == 10_130)
        // c = 5, d = 1: (5 + 1)² = 36 and 25 + 1/4 + 5.5 = 30.75.
        #expect(try ConditionalRounding(count: 1, clip: 5, step: 1).boundSquared == 30)
        // ln(1/β) = 50: the root is 10, 10,000 + 25 + 10 · 105 = 11,075; at 5,000 the other bound is smaller.
        #expect(try ConditionalRounding(count: 100, clip: 100, step: 1, logInverseBeta: 50).boundSquared == 11_075)
        #expect(try ConditionalRounding(count: 100, clip: 100, step: 1, logInverseBeta: 5_000).boundSquared == 12_100)
    }

    /// 12,000 vectors a seed: at the clip, far above it, all equal, one-hot and mixed.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func theIntegerNormStaysWithinTheBound(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .rounding)
        var violations = 0
        var rounded = 0
        for _ in 0..<12_000 {
            let count = 1 + Int(stream.next(below: 64))
            let clip = 0.5 + stream.nextDouble()
            let coarseness = 0.2 * clip / Double(count).squareRoot()
            let step = coarseness * (0.01 + 0.98 * stream.nextDouble())
            let rounding = try ConditionalRounding(count: count, clip: clip, step: step, tryCount: 3)
            let kind = stream.next(below: 4)
            var x = (0..<count).map { index in
                switch kind {
                case 0: Float(1)
                case 1: index == 0 ? Float(-1) : 0
                default: Float(stream.nextDouble() - 0.5)
                }
            }
            if kind != 3 {
                let norm = x.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                x = x.map { Float(Double($0) * clip / max(norm, 1e-30) * 1.0000001) }
            } else {
                x = x.map { $0 * 1e20 }
            }
            let values = try rounding.round(x, key: stream.next64()).values
            if Self.normSquared(values) > Double(rounding.boundSquared) { violations += 1 }
            if values.contains(where: { $0 != 0 }) { rounded += 1 }
        }
        #expect(violations == 0)
        #expect(rounded == 12_000)
    }

    @Test func wideIntegersDoNotTrap() throws {
        let rounding = try ConditionalRounding(count: 600, clip: 1, step: 0x1p-30)
        let values = try rounding.round([Float](repeating: 3e38, count: 600), key: 1).values
        #expect(Self.normSquared(values) <= Double(rounding.boundSquared) * 1.0000001)
        #expect(values[0] > 1 << 25)
    }

    @Test func aVectorWithinTheClipIsUnbiased() throws {
        let x: [Float] = [0.25, -0.5, 0.125, 0.0625]
        let step = 0.06
        let rounding = try ConditionalRounding(count: 4, clip: 1, step: step)
        var sums = [Double](repeating: 0, count: 4)
        let draws = 20_000
        for key in 0..<draws {
            let result = try rounding.round(x, key: UInt64(key))
            #expect(!result.wasClipped)
            for (index, value) in result.values.enumerated() { sums[index] += Double(value) }
        }
        for (sum, value) in zip(sums, x) {
            #expect(abs(sum / Double(draws) - Double(value) / step) < 5 * (0.25 / Double(draws)).squareRoot())
        }
    }

    @Test func unfitPlansAndValuesAreRefused() throws {
        // √d/2 = 50 > 0.1 · c asks for c ≥ 500.
        #expect(throws: QuantizationError.self) { try ConditionalRounding(count: 10_000, clip: 1, step: 1 / 499.0) }
        _ = try ConditionalRounding(count: 10_000, clip: 1, step: 1 / 501.0)
        #expect(throws: QuantizationError.self) { try ConditionalRounding(count: 10, clip: 1, step: 1e-12) }
        #expect(throws: QuantizationError.invalidClip) { try ConditionalRounding(count: 10, clip: -1, step: 1e-3) }
        let rounding = try ConditionalRounding(count: 2, clip: 1, step: 0.01)
        #expect(throws: QuantizationError.notFinite) { _ = try rounding.round([.nan, 1], key: 1) }
        #expect(throws: QuantizationError.wrongCount(got: 1, expected: 2)) { _ = try rounding.round([1], key: 1) }
    }
}
