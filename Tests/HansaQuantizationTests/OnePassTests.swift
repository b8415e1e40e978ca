import HansaQuantization
import Testing

/// What is done in one pass over the memory, against the same done station by station.
@Suite("One pass")
struct OnePassTests {
    private static func vector(_ count: Int, seed: UInt64) -> [Float] {
        Samples.floats(seed: seed, count: count).map { $0 / 2 }
    }

    @Test(
        "gives the bits of difference, factor and rounding one after the other",
        arguments: [1, 511, 4_096, 4_097, 20_000],
        [2, 8, 13, 32]
    )
    func deltas(count: Int, bits: Int) throws {
        let width = try BitWidth(bits)
        let lattice = try Lattice(covering: 0.5, width: width)
        let local = Self.vector(count + 100, seed: 1)
        let received = Self.vector(count + 100, seed: 2)
        let range = 37..<37 + count
        for factor: Float in [1, 0.3] {
            var delta = Array(try FlatVector.difference(local, received)[range])
            if factor != 1 { FlatVector.scale(&delta, by: factor) }
            let expected = try StochasticRounding.quantizeAndPack(delta, lattice: lattice, width: width, key: 9)
            var bytes = [UInt8](repeating: 0, count: PackedLayout.byteCount(count: count, width: width))
            let saturatedCount = try bytes.withUnsafeMutableBufferPointer { bytes in
                try DeltaRounding(lattice: lattice, width: width, key: 9).pack(
                    local: local,
                    received: received,
                    range: range,
                    factor: factor,
                    into: bytes
                )
            }
            #expect(bytes == expected.bytes)
            #expect(saturatedCount == expected.saturatedCount)
        }
    }

    @Test("refuses a range outside the vectors, vectors of two lengths, and memory that does not fit")
    func badShapes() throws {
        let width = try BitWidth(8)
        let rounding = try DeltaRounding(lattice: Lattice(covering: 1, width: width), width: width, key: 1)
        let x = [Float](repeating: 0, count: 10)
        func pack(_ received: [Float], _ range: Range<Int>, _ byteCount: Int) throws {
            var bytes = [UInt8](repeating: 0, count: byteCount)
            _ = try bytes.withUnsafeMutableBufferPointer {
                try rounding.pack(local: x, received: received, range: range, factor: 1, into: $0)
            }
        }
        try pack(x, 0..<10, 10)
        #expect(throws: QuantizationError.self) { try pack(x, 5..<11, 6) }
        #expect(throws: QuantizationError.self) { try pack(x + [1], 0..<10, 10) }
        #expect(throws: QuantizationError.self) { try pack(x, 0..<10, 9) }
    }

    @Test("dequantizes what unpacking gives, times the step", arguments: [1, 511, 4_096, 9_999], [2, 7, 16, 32])
    func dequantizes(count: Int, bits: Int) throws {
        let width = try BitWidth(bits)
        let lattice = try Lattice(covering: 1, width: width)
        let bytes = try StochasticRounding.quantizeAndPack(
            Self.vector(count, seed: 3),
            lattice: lattice,
            width: width,
            key: 4
        ).bytes
        let expected = try PackedLayout.unpack(bytes, count: count, width: width).map {
            Float(Double($0) * lattice.ownStep)
        }
        var parameters = [Float](repeating: .nan, count: count)
        try parameters.withUnsafeMutableBufferPointer { parameters in
            try bytes.withUnsafeBytes {
                try PackedLayout.dequantize($0, width: width, lattice: lattice, into: parameters)
            }
        }
        #expect(parameters == expected)
    }

    @Test("finds the largest magnitude")
    func magnitudes() {
        #expect(FlatVector.largestMagnitude([1, -3, 2, -9], in: 0..<3) == 3)
        #expect(FlatVector.largestMagnitude([-0.0, 0], in: 0..<2) == 0)
        #expect(FlatVector.largestMagnitude([], in: 0..<0) == 0)
        #expect(FlatVector.largestMagnitude([1, -.infinity], in: 0..<2) == .infinity)
        #expect(FlatVector.largestMagnitude([1, .nan, .infinity], in: 0..<3).isNaN)
    }
}
