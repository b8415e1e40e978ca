internal import CHansaKernels
internal import HansaNumerics

/// The one byte layout of packed integers, fixed for good.
///
/// Integers q are stored as their low b bits, two's complement, for a width b of 2 to 32. A vector is cut into groups of
/// 512 = 32 positions × 16 lanes: value i of a group belongs to lane i mod 16, position i div 16. A lane packs its 32
/// values, least significant bit first, into b little-endian 32-bit words, and word w of lane l is word w · 16 + l of
/// the group, so a full group takes 64 · b bytes and sixteen lanes are read and written at once. The last m = n mod 512
/// values are packed in their order, least significant bit first, into ⌈m · b / 8⌉ bytes whose padding bits are zero.
public enum PackedLayout {
    /// How many values a group holds; sub-ranges of a vector that threads fold apart start at multiples of it.
    public static let groupCount = 512
    /// The most values of one vector.
    public static let countMax = ParameterSchema.parameterCountMax

    /// How many bytes `count` integers of `width` take; 0 for a count outside 0 to ``countMax``.
    public static func byteCount(count: Int, width: BitWidth) -> Int {
        guard (0...countMax).contains(count) else { return 0 }
        return (count / groupCount) * (groupCount / 8) * width.bits + ((count % groupCount) * width.bits + 7) / 8
    }

    /// Packs integers that fit the symmetric range of `width`.
    public static func pack(_ values: [Int32], width: BitWidth) throws(QuantizationError) -> [UInt8] {
        try check(count: values.count)
        let largest = Int32(truncatingIfNeeded: width.magnitudeMax)
        var outside = false
        for value in values where value > largest || value < -largest { outside = true }
        guard !outside else { throw .outsideBound }
        let byteCount = byteCount(count: values.count, width: width)
        guard byteCount > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, initialized in
            values.withUnsafeBufferPointer { values in
                hansa_pack(values.baseAddress, values.count, UInt32(width.bits), bytes.baseAddress)
            }
            initialized = byteCount
        }
    }

    /// Unpacks `count` integers, checking the length and the padding but not the bound; see `verify(_:count:width:bound:)`.
    public static func unpack(_ bytes: [UInt8], count: Int, width: BitWidth) throws(QuantizationError) -> [Int32] {
        try verify(bytes, count: count, width: width, bound: 1 << 31)
        guard count > 0 else { return [] }
        return [Int32](unsafeUninitializedCapacity: count) { values, initialized in
            bytes.withUnsafeBufferPointer { bytes in
                hansa_unpack(bytes.baseAddress, count, UInt32(width.bits), values.baseAddress)
            }
            initialized = count
        }
    }

    /// Unpacks a stretch of a vector whose bytes were verified, for whoever looks at a cohort block by block.
    ///
    /// - Parameters:
    ///   - bytes: The packed integers of the whole vector.
    ///   - count: How many there are.
    ///   - range: Starts at a multiple of ``groupCount``, and ends at one or at `count`.
    ///   - values: As many places as `range` has.
    public static func unpack(
        _ bytes: UnsafeRawBufferPointer,
        count: Int,
        width: BitWidth,
        range: Range<Int>,
        into values: UnsafeMutableBufferPointer<Int32>
    ) throws(QuantizationError) {
        try check(count: count)
        let expected = byteCount(count: count, width: width)
        guard bytes.count == expected else { throw .wrongByteCount(got: bytes.count, expected: expected) }
        let endIsAligned = range.upperBound % groupCount == 0 || range.upperBound == count
        guard range.lowerBound >= 0, range.lowerBound % groupCount == 0, endIsAligned, range.upperBound <= count,
            values.count == range.count
        else { throw .wrongCount(got: range.upperBound, expected: count) }
        // Bounds: the vector's length was compared with its bytes, and the stretch begins at a whole group within it.
        guard !range.isEmpty, let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        hansa_unpack(
            start + byteCount(count: range.lowerBound, width: width),
            range.count,
            UInt32(width.bits),
            values.baseAddress
        )
    }

    /// Gives the floats nearest to q · step for every packed integer q.
    ///
    /// Refuses bytes of another length, an integer outside the lattice and padding that is not zero.
    ///
    /// - Parameter parameters: as many places as integers are packed; they hold nothing of use where this throws.
    public static func dequantize(
        _ bytes: UnsafeRawBufferPointer,
        width: BitWidth,
        lattice: Lattice,
        into parameters: UnsafeMutableBufferPointer<Float>
    ) throws(QuantizationError) {
        let count = parameters.count
        try verify(bytes, count: count, width: width, bound: lattice.bound)
        // Bounds: the length was compared with what `count` integers take.
        guard count > 0, let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let step = lattice.ownStep
        let pieceCount = 8 * groupCount
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: pieceCount) { integers in
            var done = 0
            while done < count {
                let next = min(pieceCount, count - done)
                // Bounds: a piece begins at a whole group, and all pieces together have `count` integers.
                hansa_unpack(
                    start + byteCount(count: done, width: width),
                    next,
                    UInt32(width.bits),
                    integers.baseAddress
                )
                // Bounds: `next` is at most what the piece's memory and the rest of the parameters have.
                for index in 0..<next { parameters[done + index] = Float(Double(integers[index]) * step) }
                done += next
            }
        }
    }

    /// Refuses bytes of another length than the plan gives, an integer outside ±`bound` and padding that is not zero.
    ///
    /// Called for every upload before it is acknowledged, so nothing behind it checks again.
    public static func verify(_ bytes: [UInt8], count: Int, width: BitWidth, bound: Int64) throws(QuantizationError) {
        // A closure of withUnsafeBytes cannot throw, so the outcome is carried out of it.
        let outcome: QuantizationError? = bytes.withUnsafeBytes { bytes in
            do throws(QuantizationError) {
                try verify(bytes, count: count, width: width, bound: bound)
                return nil
            } catch {
                return error
            }
        }
        if let outcome { throw outcome }
    }

    /// Refuses what ``verify(_:count:width:bound:)`` for arrays refuses, in bytes that lie in a larger buffer.
    public static func verify(
        _ bytes: UnsafeRawBufferPointer,
        count: Int,
        width: BitWidth,
        bound: Int64
    ) throws(QuantizationError) {
        try check(count: count)
        let expected = byteCount(count: count, width: width)
        guard bytes.count == expected else { throw .wrongByteCount(got: bytes.count, expected: expected) }
        guard bound >= 0 else { throw .invalidLattice }
        // Bounds: the length was compared with what `count` integers take.
        guard count > 0, let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        // A 32-bit integer of −2^31 lies outside every lattice; only ``unpack`` asks for more.
        let limit = bound > Int64(Int32.max) ? Int32.max : Int32(bound)
        switch hansa_packed_check(start, count, UInt32(width.bits), limit) {
        case HANSA_PACKED_VALID: return
        case HANSA_PACKED_OUTSIDE_BOUND: throw .outsideBound
        default: throw .nonZeroPadding
        }
    }

    static func check(count: Int) throws(QuantizationError) {
        guard (0...countMax).contains(count) else { throw .wrongCount(got: count, expected: countMax) }
    }
}
