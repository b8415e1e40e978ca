import HansaNumerics
import HansaQuantization
import Testing

@Suite struct SystematicRoundingTests {
    @Test func integersMatchTheIndependentVectors() throws {
        for vector in try Samples.load().systematic {
            let rounding = try SystematicRounding(clip: vector.clip, step: vector.step)
            #expect(rounding.bound == vector.bound)
            let draw = try #require(UInt64(vector.draw))
            let result = try rounding.round(Samples.floats(seed: vector.seed, count: vector.count), draw: draw)
            #expect(result.values == vector.values)
            #expect(!result.wasClipped)
        }
    }

    /// 40,000 vectors a seed: around, at and far above the clip, with magnitudes that differ by many powers of two.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func theSumOfMagnitudesStaysWithinTheBound(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .rounding)
        var violations = 0
        var atBound = 0
        for _ in 0..<40_000 {
            let count = 1 + Int(stream.next(below: 40))
            let clip = Double(1 + stream.next(below: 1000)) * 0x1p-3 + stream.nextDouble()
            let step = stream.nextDouble() * clip + clip * 1e-6
            let spread = Double(stream.next(below: 4)) * 20
            var x = (0..<count).map { _ in
                Float((stream.nextDouble() - 0.5) * power(2, spread * (stream.nextDouble() - 0.5)))
            }
            // Half of them just at the clip, up to Float's rounding.
            if stream.next(below: 2) == 0 {
                let norm = x.reduce(0.0) { $0 + Double(abs($1)) }
                x = x.map { Float(Double($0) * clip / max(norm, 1e-30)) }
            }
            let rounding = try SystematicRounding(clip: clip, step: step)
            for draw in [stream.next64(), 0, .max] {
                let values = try rounding.round(x, draw: draw).values
                let norm = values.reduce(Int64(0)) { $0 + Int64(abs(Int64($1))) }
                if norm > rounding.bound { violations += 1 }
                if norm == rounding.bound { atBound += 1 }
                if zip(values, x).contains(where: { $0.0 != 0 && ($0.0 > 0) != ($0.1 > 0) }) { violations += 1 }
            }
        }
        #expect(violations == 0)
        #expect(atBound > 1_000)
    }

    private func power(_ base: Double, _ exponent: Double) -> Double {
        DeterministicMath.exp(exponent * 0.6931471805599453)
    }

    /// q is ⌊w⌋ or ⌈w⌉ with P(⌈w⌉) = fraction, so its mean over n draws is within 5 √(1/4n).
    @Test(arguments: [1, 2] as [UInt64])
    func everyCoordinateIsUnbiased(seed: UInt64) throws {
        let x: [Float] = [0.3, -1.7, 0.01, 2.5, -0.99, 0, 4.125]
        let rounding = try SystematicRounding(clip: 12, step: 0.7)
        var stream = RandomStream(seed: seed, purpose: .rounding)
        var sums = [Double](repeating: 0, count: x.count)
        let draws = 40_000
        for _ in 0..<draws {
            let values = try rounding.round(x, draw: stream.next64()).values
            for (index, value) in values.enumerated() { sums[index] += Double(value) }
        }
        for (sum, value) in zip(sums, x) {
            #expect(abs(sum / Double(draws) - Double(value) / 0.7) < 5 * (0.25 / Double(draws)).squareRoot())
        }
    }

    @Test func extremeInputsAreClipped() throws {
        let rounding = try SystematicRounding(clip: 1, step: 1 / 2_147_483_000)
        let huge = [Float](repeating: .greatestFiniteMagnitude, count: 1000)
        let result = try rounding.round(huge, draw: .max)
        #expect(result.wasClipped)
        #expect(result.values.reduce(Int64(0)) { $0 + Int64($1) } <= rounding.bound)
        let tiny = try rounding.round([.leastNonzeroMagnitude, -0.0], draw: 0)
        #expect(tiny.values == [0, 0] && !tiny.wasClipped)
    }

    @Test func unfitPlansAndValuesAreRefused() throws {
        #expect(throws: QuantizationError.stepTooCoarse(stepMax: 1)) { try SystematicRounding(clip: 1, step: 1.5) }
        #expect(throws: QuantizationError.self) { try SystematicRounding(clip: 1, step: 1e-12) }
        #expect(throws: QuantizationError.invalidClip) { try SystematicRounding(clip: .nan, step: 1) }
        #expect(throws: QuantizationError.invalidLattice) { try SystematicRounding(clip: 1, step: 0) }
        let rounding = try SystematicRounding(clip: 1, step: 0.5)
        #expect(throws: QuantizationError.notFinite) { _ = try rounding.round([1, .infinity], draw: 1) }
        #expect(try rounding.round([], draw: 1).values.isEmpty)
    }
}
