import CHansaKernels
import HansaQuantization
import Testing

/// Every instruction set this processor has gives the bytes of the first.
///
/// Other suites run meanwhile on whichever variant is forced; by this very property they do not notice.
@Suite(.serialized) struct KernelVariantTests {
    /// What one variant makes of the samples, as bytes.
    static func outcome(width: Int, count: Int, seed: UInt64) throws -> [[UInt8]] {
        let width = try BitWidth(width)
        let x = Samples.floats(seed: seed, count: count)
        let lattice = try Lattice(covering: 1.5, width: width)
        let packed = try StochasticRounding.quantizeAndPack(x, lattice: lattice, width: width, key: seed)
        let values = try PackedLayout.unpack(packed.bytes, count: count, width: width)
        var sum = try ExactSum(count: count)
        try sum.accumulate(packed.bytes, width: width, shift: 3, weight: 5)
        try sum.accumulate(packed.bytes, width: width, shift: 20, weight: 1 << 20)
        var other = sum
        try other.merge(sum)
        var scaled = x
        FlatVector.scale(&scaled, by: 0.3)
        let difference = try FlatVector.difference(scaled, x)
        let systematic = try SystematicRounding(clip: 0.7, step: 0.001).round(x, draw: seed &* 0x9E37_79B9_7F4A_7C15)
        let conditional = try ConditionalRounding(count: count, clip: 0.7, step: 0.0005).round(x, key: seed)
        return [
            packed.bytes, bytes(values), bytes(other.values), bytes(other.dequantized(stepOverWeight: 1e-7)),
            bytes(scaled), bytes(difference), bytes(systematic.values), bytes(conditional.values),
            try PackedLayout.pack(values, width: width),
            bytes([packed.saturatedCount]),
        ]
    }

    static func bytes<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    @Test(arguments: 2...32)
    func everyVariantGivesTheSameBytes(width: Int) throws {
        defer { _ = hansa_kernels_force(-1) }
        for count in [1, 15, 16, 17, 511, 512, 513, 1025] {
            #expect(hansa_kernels_force(0))
            let expected = try Self.outcome(width: width, count: count, seed: UInt64(width * count))
            for variant in 1..<max(2, hansa_kernels_variant_count()) where hansa_kernels_variant_supported(variant) {
                #expect(hansa_kernels_force(variant))
                #expect(hansa_kernels_active() == variant)
                #expect(try Self.outcome(width: width, count: count, seed: UInt64(width * count)) == expected)
            }
        }
    }

    @Test func onlySupportedVariantsCanBeForced() {
        #expect(!hansa_kernels_force(hansa_kernels_variant_count()))
        #expect(!hansa_kernels_force(-2))
        #expect(hansa_kernels_variant_supported(0))
        #expect(String(cString: hansa_kernels_variant_name(0)) == "baseline")
        #expect(String(cString: hansa_kernels_variant_name(99)) == "unknown")
    }
}
