import HansaNumerics
import HansaQuantization
import Testing

@Suite struct InsecureQuantizerTests {
    static let examples: [Float] = [0.30, -0.70, 0.05, 0, 1, -1, 0.333333]

    static func stream(_ seed: UInt64 = 1) -> RandomStream { RandomStream(seed: seed, purpose: .rounding) }

    static func quantize(_ quantizer: InsecureQuantizer, _ values: [Float], bits: Int) throws -> InsecureQuantizer.Group
    {
        var words = stream()
        return try quantizer.quantize(values[...], width: BitWidth(bits), words: &words)
    }

    /// The values that the paper's code gives.
    @Test(arguments: [
        (2, [0, -1, 0, 0, 1, -1, 0] as [Int32]), (4, [2, -5, 0, 0, 7, -7, 2]), (8, [38, -89, 6, 0, 127, -127, 42]),
    ])
    func symmetricIntegersAreThoseOfTheCode(bits: Int, expected: [Int32]) throws {
        #expect(try Self.quantize(.symmetric, Self.examples, bits: bits).integers == expected)
    }

    @Test(arguments: [
        (4, 12.5 as Float, -6 as Int64, [-8, -6, 0, 6] as [Int32]), (8, 212.5, -86, [-128, -86, 20, 126]),
    ])
    func affineIntegersAreThoseOfTheCode(bits: Int, scale: Float, zeroPoint: Int64, expected: [Int32]) throws {
        let group = try Self.quantize(.affine, [-0.2, 0, 0.5, 1], bits: bits)
        #expect(abs(group.scale - scale) < 1e-6 * scale)
        #expect(group.zeroPoint == zeroPoint)
        #expect(group.integers == expected)
    }

    @Test func affineOfEqualValuesHasARange() throws {
        #expect(try Self.quantize(.affine, [0, 0], bits: 8).values == [0, 0])
        for value in try Self.quantize(.affine, [0.75, 0.75, 0.75], bits: 8).values {
            #expect(abs(value - 0.75) < 0.01)
        }
    }

    /// 10⁵ draws a value; the mean lies within four standard errors, and the mean square error within (a/Q)²/4.
    @Test(arguments: [2, 4, 8]) func stochasticRoundingIsUnbiased(bits: Int) throws {
        let count = 100_000
        var words = Self.stream()
        let width = try BitWidth(bits)
        var sums = [Double](repeating: 0, count: Self.examples.count)
        var squares = sums
        for _ in 0..<count {
            let values = try InsecureQuantizer.stochastic.quantize(Self.examples[...], width: width, words: &words)
                .values
            for (index, value) in values.enumerated() {
                let error = Double(value) - Double(Self.examples[index])
                sums[index] += error
                squares[index] += error * error
            }
        }
        let step = 1 / Double(width.magnitudeMax)
        for index in sums.indices {
            let meanSquare = squares[index] / Double(count)
            #expect(abs(sums[index] / Double(count)) <= 4 * (meanSquare / Double(count)).squareRoot() + 1e-6)
            #expect(meanSquare <= step * step / 4 * 1.01)
        }
    }

    @Test(arguments: 2...32) func errorsStayWithinAStep(bits: Int) throws {
        var words = Self.stream(7)
        let values = (0..<1000).map { _ in 6 * words.nextFloat() - 3 }
        let largest = values.map(\.magnitude).max() ?? 0
        let width = try BitWidth(bits)
        // Beside the step, the Float rounding of scale, product and quotient.
        let bound = Double(largest) * (1 / Double(width.magnitudeMax) + 4 * 0x1p-24)
        for quantizer in [InsecureQuantizer.stochastic, .symmetric] {
            let group = try quantizer.quantize(values[...], width: width, words: &words)
            for (before, after) in zip(values, group.values) { #expect(abs(Double(after) - Double(before)) <= bound) }
            #expect(group.integers.allSatisfy { Int64($0).magnitude <= UInt64(width.magnitudeMax) })
            let packed = try PackedLayout.pack(group.integers, width: width)
            #expect(try PackedLayout.unpack(packed, count: group.integers.count, width: width) == group.integers)
        }
    }

    @Test func twoBitsGiveThreeValues() throws {
        var words = Self.stream(3)
        let width = try BitWidth(2)
        var seen: Set<Float> = []
        for _ in 0..<100 {
            let values = try InsecureQuantizer.stochastic.quantize([0.5, -0.25, 0.1], width: width, words: &words)
                .values
            seen.formUnion(values)
        }
        #expect(seen == [-0.5, 0, 0.5])
    }

    @Test(arguments: InsecureQuantizer.allCases) func zerosSurvive(_ quantizer: InsecureQuantizer) throws {
        for bits in [2, 8, 32] {
            #expect(try Self.quantize(quantizer, [0, 0, 0], bits: bits).values == [0, 0, 0])
        }
    }

    @Test(arguments: InsecureQuantizer.allCases) func valuesThatAreNotFiniteAreRefused(
        _ quantizer: InsecureQuantizer
    ) throws {
        for value in [Float.nan, .infinity] {
            #expect(throws: QuantizationError.notFinite) { try Self.quantize(quantizer, [1, value], bits: 8) }
        }
    }

    @Test func granularitiesCutTensors() {
        let kernel = [16, 3, 5, 5]
        #expect(ScaleGranularity.allCases.map { $0.groupCount(shape: kernel) } == [16, 1, 240, 48])
        #expect(ScaleGranularity.allCases.map { $0.groupCount(shape: [10, 7]) } == [1, 1, 10, 1])
        #expect(ScaleGranularity.allCases.map { $0.groupCount(shape: [10]) } == [1, 1, 1, 1])
    }
}
