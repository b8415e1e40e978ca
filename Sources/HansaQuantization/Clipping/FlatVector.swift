internal import CHansaKernels

/// The few operations on flat Float vectors that an update passes through, with the same bits everywhere.
///
/// A vector of another length than the first is refused, so no kernel reads behind its end.
public enum FlatVector {
    /// `left` − `right`, coordinate by coordinate: the delta of a local model against the received one.
    public static func difference(_ left: [Float], _ right: [Float]) throws(QuantizationError) -> [Float] {
        guard left.count == right.count else { throw .wrongCount(got: right.count, expected: left.count) }
        return [Float](unsafeUninitializedCapacity: left.count) { result, initialized in
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    hansa_subtract(left.baseAddress, right.baseAddress, right.count, result.baseAddress)
                }
            }
            initialized = left.count
        }
    }

    /// Multiplies every coordinate by `factor`.
    public static func scale(_ x: inout [Float], by factor: Float) {
        x.withUnsafeMutableBufferPointer { hansa_scale($0.baseAddress, $0.count, Double(factor)) }
    }

    /// The largest magnitude of the coordinates in a range of `x`'s indices; infinity or NaN where there is one.
    ///
    /// Without the sign, a Float's bits are an integer of the same order, whose maximum needs no comparison of floats.
    public static func largestMagnitude(_ x: [Float], in range: Range<Int>) -> Float {
        let largest = x.withUnsafeBufferPointer { x in
            var largest: UInt32 = 0
            // Bounds: a slice of a buffer checks its range in debug builds only.
            precondition(x.indices.contains(range), "a range outside the vector")
            for value in x[range] { largest = max(largest, value.bitPattern & 0x7FFF_FFFF) }
            return largest
        }
        return Float(bitPattern: largest)
    }
}
