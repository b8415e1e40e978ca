internal import CHansaKernels

/// Independent stochastic rounding of every coordinate, fused with the packing.
///
/// With y = x / (the lattice's own step) limited to ±bound, q = ⌊y⌋ + [u < y − ⌊y⌋] for a multiple u of 2^-24 that is
/// uniform on [0, 1), so that E q = y to within 2^-24. u is a function of the key and the coordinate's index alone, by
/// two rounds of xor-shift and multiply with half a key added before each: reproducible, on every instruction set alike,
/// and no source of privacy. y is a Float product up to a width of 16 bits (relative error at most 2^-23) and a Double
/// product above; all after the product is exact. Called by the client for uploads and by the coordinator for
/// downloads.
public enum StochasticRounding {
    /// Quantizes and packs; also returns how many coordinates lay outside ±bound and were limited to it.
    ///
    /// - Parameters:
    ///   - x: The parameters of one section, which must be finite.
    ///   - key: Opens one stream of random bits; another vector needs another key.
    ///   - indexOffset: The index of x[0] in that stream, for vectors that are quantized in parts.
    public static func quantizeAndPack(
        _ x: UnsafeBufferPointer<Float>,
        lattice: Lattice,
        width: BitWidth,
        key: UInt64,
        indexOffset: Int = 0
    ) throws(QuantizationError) -> (bytes: [UInt8], saturatedCount: Int) {
        try PackedLayout.check(count: x.count)
        let byteCount = PackedLayout.byteCount(count: x.count, width: width)
        var outcome: Result<Int, QuantizationError> = .success(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
            let target = UnsafeMutableBufferPointer(rebasing: buffer[..<byteCount])
            do throws(QuantizationError) {
                outcome = .success(
                    try quantizeAndPack(
                        x,
                        lattice: lattice,
                        width: width,
                        key: key,
                        indexOffset: indexOffset,
                        into: target
                    )
                )
                initialized = byteCount
            } catch {
                outcome = .failure(error)
                initialized = 0
            }
        }
        return (bytes, try outcome.get())
    }

    /// Quantizes and packs an array.
    public static func quantizeAndPack(
        _ x: [Float],
        lattice: Lattice,
        width: BitWidth,
        key: UInt64,
        indexOffset: Int = 0
    ) throws(QuantizationError) -> (bytes: [UInt8], saturatedCount: Int) {
        let outcome: Result<(bytes: [UInt8], saturatedCount: Int), QuantizationError> = x.withUnsafeBufferPointer { x in
            do throws(QuantizationError) {
                return .success(
                    try quantizeAndPack(x, lattice: lattice, width: width, key: key, indexOffset: indexOffset)
                )
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Quantizes and packs into the caller's memory; returns how many coordinates were limited to ±bound.
    ///
    /// The memory has exactly ``PackedLayout/byteCount(count:width:)`` bytes. Where this throws, it holds nothing of use.
    public static func quantizeAndPack(
        _ x: UnsafeBufferPointer<Float>,
        lattice: Lattice,
        width: BitWidth,
        key: UInt64,
        indexOffset: Int = 0,
        into bytes: UnsafeMutableBufferPointer<UInt8>
    ) throws(QuantizationError) -> Int {
        try PackedLayout.check(count: x.count)
        guard lattice.bound <= width.magnitudeMax else {
            throw .boundExceedsWidth(bound: lattice.bound, bits: width.bits)
        }
        let expected = PackedLayout.byteCount(count: x.count, width: width)
        guard bytes.count == expected else { throw .wrongByteCount(got: bytes.count, expected: expected) }
        guard let start = x.baseAddress, let target = bytes.baseAddress, !x.isEmpty else { return 0 }
        var saturated: UInt64 = 0
        let finite = hansa_quantize_pack(
            start,
            x.count,
            1 / lattice.ownStep,
            Int32(truncatingIfNeeded: lattice.bound),
            UInt32(width.bits),
            key,
            UInt32(truncatingIfNeeded: indexOffset),
            target,
            &saturated
        )
        guard finite else { throw .notFinite }
        return Int(truncatingIfNeeded: saturated)
    }
}
