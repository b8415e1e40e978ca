import HansaQuantization
import Testing

@Suite struct StochasticRoundingTests {
    @Test func bytesMatchTheIndependentVectors() throws {
        for vector in try Samples.load().stochastic {
            let width = try BitWidth(vector.width)
            let result = try StochasticRounding.quantizeAndPack(
                Samples.floats(seed: vector.seed, count: vector.count),
                lattice: Lattice(step: vector.step, bound: vector.bound),
                width: width,
                key: vector.key,
                indexOffset: vector.indexOffset
            )
            let values = try PackedLayout.unpack(result.bytes, count: vector.count, width: width)
            #expect(Array(values[..<8]) == vector.first)
            #expect(result.saturatedCount == vector.saturated)
            #expect(Samples.fnv(result.bytes) == vector.fnv1a64, "width \(vector.width)")
        }
    }

    @Test(arguments: [2, 8, 16, 17, 32])
    func latticePointsAreKept(width: Int) throws {
        let bits = try BitWidth(width)
        let lattice = try Lattice(step: 0.125, bound: bits.magnitudeMax)
        let limit = min(bits.magnitudeMax, 1 << 20)
        let points = (0..<600).map { Int32((Int64($0 * 37) % (2 * limit + 1)) - limit) }
        let x = points.map { Float($0) * 0.125 }
        let result = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: bits, key: 5)
        #expect(try PackedLayout.unpack(result.bytes, count: 600, width: bits) == points)
        #expect(result.saturatedCount == 0)
    }

    /// One coordinate value repeated n times: the number rounded up is binomial with p = fraction, so the mean of q lies
    /// within 5 standard deviations √(p (1 − p) / n) but for one seed in 10^6.
    @Test(arguments: [1, 2, 3] as [UInt64], [8, 20])
    func roundingIsUnbiased(seed: UInt64, width: Int) throws {
        let bits = try BitWidth(width)
        let count = 100_000
        let lattice = try Lattice(step: 1, bound: bits.magnitudeMax)
        for value in [0.25, -0.25, 3.9, -7.5, 100.03125, -99.99, 1e-3] as [Float] {
            let x = [Float](repeating: value, count: count)
            let result = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: bits, key: seed)
            let values = try PackedLayout.unpack(result.bytes, count: count, width: bits)
            let mean = Double(values.reduce(0) { $0 + Int($1) }) / Double(count)
            let fraction = Double(value) - Double(value).rounded(.down)
            let deviation = (fraction * (1 - fraction) / Double(count)).squareRoot()
            #expect(abs(mean - Double(value)) <= 5 * deviation)
            #expect(values.allSatisfy { abs(Double($0) - Double(value)) < 1 })
        }
    }

    /// Neighbouring indices and keys: the number of agreements of two fair bits is binomial, 5 standard deviations.
    @Test func neighbouringDrawsAreIndependent() throws {
        let bits = try BitWidth(2)
        let lattice = try Lattice(step: 1, bound: 1)
        let count = 1 << 17
        let x = [Float](repeating: 0.5, count: count)
        let draw = { (key: UInt64) throws in
            let packed = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: bits, key: key)
            return try PackedLayout.unpack(packed.bytes, count: count, width: bits)
        }
        let limit = 5 * (Double(count) / 4).squareRoot()
        let first = try draw(1000)
        for key in [1001, 1002, 1000 ^ (1 << 32), 1000 ^ (1 << 63)] as [UInt64] {
            let second = try draw(key)
            let same = zip(first, second).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
            #expect(abs(Double(same) - Double(count) / 2) < limit)
        }
        for lag in [1, 2, 16, 512, 4096] {
            let same = zip(first, first[lag...]).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
            #expect(abs(Double(same) - Double(count - lag) / 2) < limit)
        }
    }

    @Test func partsOfAVectorGiveTheBytesOfTheWhole() throws {
        let bits = try BitWidth(8)
        let lattice = try Lattice(covering: 2, width: bits)
        let x = Samples.floats(seed: 4, count: 1500)
        let whole = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: bits, key: 3).bytes
        let head = try StochasticRounding.quantizeAndPack(Array(x[..<1024]), lattice: lattice, width: bits, key: 3)
        let tail = try StochasticRounding.quantizeAndPack(
            Array(x[1024...]),
            lattice: lattice,
            width: bits,
            key: 3,
            indexOffset: 1024
        )
        #expect(head.bytes + tail.bytes == whole)
    }

    @Test(arguments: [8, 24, 32])
    func hugeValuesSaturateAndTinyOnesStayNear(width: Int) throws {
        let bits = try BitWidth(width)
        let bound = Int32(bits.magnitudeMax)
        let lattice = try Lattice(step: 1e-30, bound: bits.magnitudeMax)
        let x: [Float] = [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, -0.0, .leastNonzeroMagnitude]
        let result = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: bits, key: 1)
        let values = try PackedLayout.unpack(result.bytes, count: 6, width: bits)
        #expect(Array(values[..<5]) == [bound, -bound, bound, -bound, 0])
        #expect((0...1).contains(values[5]))
        #expect(result.saturatedCount == 4)
    }

    @Test(arguments: [0, 15, 16, 511, 512, 530], [Float.nan, .infinity, -.infinity])
    func valuesThatAreNotFiniteAreRefused(index: Int, value: Float) throws {
        for width in [8, 24] {
            let bits = try BitWidth(width)
            let lattice = try Lattice(covering: 1, width: bits)
            var x = [Float](repeating: 0.5, count: 531)
            x[index] = value
            #expect(throws: QuantizationError.notFinite) {
                _ = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: bits, key: 1)
            }
        }
    }

    @Test func aBoundTooLargeForTheWidthIsRefused() throws {
        #expect(throws: QuantizationError.boundExceedsWidth(bound: 128, bits: 8)) {
            _ = try StochasticRounding.quantizeAndPack(
                [1],
                lattice: Lattice(step: 1, bound: 128),
                width: BitWidth(8),
                key: 1
            )
        }
        let nothing = try StochasticRounding.quantizeAndPack(
            [],
            lattice: Lattice(step: 1, bound: 1),
            width: BitWidth(8),
            key: 1
        )
        #expect(nothing.bytes.isEmpty)
    }

    /// Steps whose reciprocal leaves Float's range take the Double path instead of giving 0 · ∞.
    @Test(arguments: [1e-40, 1e39, 1e-44])
    func extremeStepsAreRounded(step: Double) throws {
        let width = try BitWidth(8)
        guard let lattice = try? Lattice(step: step, bound: 127) else { return }
        let x: [Float] = [0, 0, 1, -1]
        let result = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: width, key: 1)
        let values = try PackedLayout.unpack(result.bytes, count: 4, width: width)
        #expect(Array(values[..<2]) == [0, 0])
        #expect(abs(values[2]) == (step < 1 ? 127 : 0) || step > 1)
    }
}
