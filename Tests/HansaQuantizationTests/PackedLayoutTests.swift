import HansaQuantization
import Testing

@Suite struct PackedLayoutTests {
    static let counts = [0, 1, 7, 16, 511, 512, 513, 1024, 1025]

    @Test func bytesMatchTheIndependentVectors() throws {
        let vectors = try Samples.load()
        #expect(vectors.packing.count == 31 * 5)
        for vector in vectors.packing {
            let values = Samples.integers(seed: vector.seed, count: vector.count, width: vector.width)
            let bytes = try PackedLayout.pack(values, width: BitWidth(vector.width))
            #expect(Samples.fnv(bytes) == vector.fnv1a64, "width \(vector.width), count \(vector.count)")
        }
        for vector in vectors.tails {
            let bytes = try PackedLayout.pack(vector.values, width: BitWidth(vector.width))
            let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(hex == vector.hex)
        }
    }

    @Test(arguments: 2...32)
    func integersRoundTrip(width: Int) throws {
        let bits = try BitWidth(width)
        for count in Self.counts {
            let values = Samples.integers(seed: UInt64(width), count: count, width: width)
            let bytes = try PackedLayout.pack(values, width: bits)
            #expect(bytes.count == (count / 512) * 64 * width + ((count % 512) * width + 7) / 8)
            #expect(bytes.count == PackedLayout.byteCount(count: count, width: bits))
            try PackedLayout.verify(bytes, count: count, width: bits, bound: bits.magnitudeMax)
            #expect(try PackedLayout.unpack(bytes, count: count, width: bits) == values)
        }
    }

    @Test(arguments: 2...32)
    func everyPaddingBitIsChecked(width: Int) throws {
        let bits = try BitWidth(width)
        for count in [1, 3, 513, 517] where (count % 512) * width % 8 != 0 {
            let bytes = try PackedLayout.pack([Int32](repeating: 1, count: count), width: bits)
            for bit in ((count % 512) * width % 8)..<8 {
                var changed = bytes
                changed[changed.count - 1] |= 1 << UInt8(bit)
                #expect(throws: QuantizationError.nonZeroPadding) {
                    try PackedLayout.verify(changed, count: count, width: bits, bound: bits.magnitudeMax)
                }
                #expect(throws: QuantizationError.nonZeroPadding) {
                    try PackedLayout.unpack(changed, count: count, width: bits)
                }
            }
        }
    }

    @Test(arguments: 2...32)
    func anIntegerOutsideTheBoundIsFoundAnywhere(width: Int) throws {
        let bits = try BitWidth(width)
        let bound = bits.magnitudeMax
        let tight = max(bound - 1, 0)
        for index in [0, 15, 16, 300, 511, 512, 517] {
            for value in [bound, -bound] {
                var values = [Int32](repeating: 0, count: 518)
                values[index] = Int32(value)
                let bytes = try PackedLayout.pack(values, width: bits)
                try PackedLayout.verify(bytes, count: 518, width: bits, bound: bound)
                #expect(throws: QuantizationError.outsideBound) {
                    try PackedLayout.verify(bytes, count: 518, width: bits, bound: tight)
                }
            }
        }
    }

    /// All bits set but the top one clear: −2^(b − 1) has no counterpart above zero and lies in no lattice.
    @Test(arguments: 2...32)
    func theMostNegativePatternIsRefused(width: Int) throws {
        let bits = try BitWidth(width)
        for (count, top) in [(512, true), (1, false)] {
            var bytes = [UInt8](repeating: 0, count: PackedLayout.byteCount(count: count, width: bits))
            let bit = width - 1
            if top {
                bytes[(bit / 32) * 64 + (bit % 32) / 8] = 1 << UInt8(bit % 8)
            } else {
                bytes[bit / 8] = 1 << UInt8(bit % 8)
            }
            #expect(throws: QuantizationError.outsideBound) {
                try PackedLayout.verify(bytes, count: count, width: bits, bound: bits.magnitudeMax)
            }
        }
    }

    @Test func wrongLengthsAreRefused() throws {
        let width = try BitWidth(5)
        let bytes = try PackedLayout.pack([Int32](repeating: 3, count: 600), width: width)
        for changed in [Array(bytes.dropLast()), bytes + [0], []] {
            #expect(throws: QuantizationError.wrongByteCount(got: changed.count, expected: bytes.count)) {
                try PackedLayout.verify(changed, count: 600, width: width, bound: 15)
            }
        }
        #expect(throws: QuantizationError.self) { try PackedLayout.verify([], count: -1, width: width, bound: 1) }
        #expect(throws: QuantizationError.self) { try PackedLayout.verify([], count: .max, width: width, bound: 1) }
        #expect(throws: QuantizationError.outsideBound) { try PackedLayout.pack([16], width: width) }
        #expect(throws: QuantizationError.outsideBound) { try PackedLayout.pack([Int32.min], width: width) }
    }
}
