internal import CHansaKernels

/// The exact integer sum of a cohort's updates for one section, independent of the order they are folded in.
///
/// The plan's ``SumBound`` keeps every sum below 2^62; the kernels add modulo 2^64 and never trap. The owner folds each
/// update's verified bytes with ``accumulate(_:width:shift:weight:)``, joins partial sums with ``merge(_:)`` and takes
/// the parameters with ``dequantized(stepOverWeight:)``.
public struct ExactSum: Hashable, Sendable {
    /// The sums, in units of the finest lattice's step times the unit of weight.
    public private(set) var values: [Int64]

    /// A sum of no updates over `count` coordinates.
    public init(count: Int) throws(QuantizationError) {
        try PackedLayout.check(count: count)
        values = [Int64](repeating: 0, count: count)
    }

    /// Adds (q · 2^shift) · weight for every packed integer q.
    ///
    /// The bytes have passed ``PackedLayout/verify(_:count:width:bound:)-([UInt8],_,_,_)``; only their length is checked again.
    public mutating func accumulate(
        _ bytes: [UInt8],
        width: BitWidth,
        shift: Int = 0,
        weight: Int64 = 1
    ) throws(QuantizationError) {
        let outcome: QuantizationError? = values.withUnsafeMutableBufferPointer { sums in
            bytes.withUnsafeBytes { bytes in
                do throws(QuantizationError) {
                    let all = 0..<sums.count
                    try Self.accumulate(bytes, width: width, shift: shift, weight: weight, range: all, into: sums)
                    return nil
                } catch {
                    return error
                }
            }
        }
        if let outcome { throw outcome }
    }

    /// Adds one sub-range of an update, for folding that is divided between threads.
    ///
    /// - Parameters:
    ///   - bytes: The packed integers of the whole section.
    ///   - range: Starts at a multiple of ``PackedLayout/groupCount``, and ends at one or at the section's end.
    ///   - sums: The sums of the whole section; only those in `range` are touched.
    public static func accumulate(
        _ bytes: UnsafeRawBufferPointer,
        width: BitWidth,
        shift: Int,
        weight: Int64,
        range: Range<Int>,
        into sums: UnsafeMutableBufferPointer<Int64>
    ) throws(QuantizationError) {
        try PackedLayout.check(count: sums.count)
        let expected = PackedLayout.byteCount(count: sums.count, width: width)
        guard bytes.count == expected else { throw .wrongByteCount(got: bytes.count, expected: expected) }
        guard (0...Lattice.shiftMax).contains(shift) else { throw .invalidLattice }
        let (multiplier, overflow) = weight.multipliedReportingOverflow(by: 1 << Int64(shift))
        guard !overflow else { throw .sumMayOverflow(bitsNeeded: 64 + shift) }
        let endIsAligned = range.upperBound % PackedLayout.groupCount == 0 || range.upperBound == sums.count
        guard range.lowerBound % PackedLayout.groupCount == 0, endIsAligned, range.lowerBound >= 0,
            range.upperBound <= sums.count
        else { throw .wrongCount(got: range.upperBound, expected: sums.count) }
        guard !range.isEmpty, let target = sums.baseAddress,
            let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        hansa_unpack_accumulate(
            start,
            sums.count,
            UInt32(width.bits),
            range.lowerBound,
            range.upperBound,
            multiplier,
            target
        )
    }

    /// Adds another partial sum of the same section.
    public mutating func merge(_ other: Self) throws(QuantizationError) {
        guard other.values.count == values.count else {
            throw .wrongCount(got: other.values.count, expected: values.count)
        }
        values.withUnsafeMutableBufferPointer { sums in
            other.values.withUnsafeBufferPointer { other in
                hansa_sums_add(sums.baseAddress, other.baseAddress, other.count)
            }
        }
    }

    /// Calls `body` with the memory of the sums, for folding that is divided between threads.
    public mutating func withSums<Result>(_ body: (UnsafeMutableBufferPointer<Int64>) -> Result) -> Result {
        values.withUnsafeMutableBufferPointer { body($0) }
    }

    /// The mean update: Float(Double(sum) · `stepOverWeight`), the sum and the product rounded to nearest, ties to even.
    ///
    /// - Parameter stepOverWeight: The finest lattice's step over the total weight.
    public func dequantized(stepOverWeight: Double) -> [Float] {
        guard !values.isEmpty else { return [] }
        return [Float](unsafeUninitializedCapacity: values.count) { result, initialized in
            let mean = UnsafeMutableBufferPointer(rebasing: result[..<values.count])
            dequantize(stepOverWeight: stepOverWeight, into: mean)
            initialized = values.count
        }
    }

    /// The mean update as ``dequantized(stepOverWeight:)`` gives it, in the caller's memory, which has as many places as
    /// there are sums.
    public func dequantize(stepOverWeight: Double, into mean: UnsafeMutableBufferPointer<Float>) {
        precondition(mean.count == values.count, "a mean has as many coordinates as its sum")
        values.withUnsafeBufferPointer { values in
            hansa_sums_dequantize(values.baseAddress, values.count, stepOverWeight, mean.baseAddress)
        }
    }
}
