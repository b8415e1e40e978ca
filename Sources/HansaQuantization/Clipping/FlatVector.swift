internal import CHansaKernels

/// The few operations on flat Float vectors that an update passes through, with the same bits everywhere.
///
/// A vector of another length than the first is refused, so no kernel reads behind its end.
public enum FlatVector {
    /// `left` − `right`, coordinate by coordinate: the delta of a local model against the received one.
    public static func difference(_ left: [Float], _ right: [Float]) throws(QuantizationError) -> [Float] {
        guard left.count == right.count else { throw .wrongCount(got: right.count, expected: left.count) }
        var result = left
        result.withUnsafeMutableBufferPointer { result in
            right.withUnsafeBufferPointer { right in
                hansa_subtract(result.baseAddress, right.baseAddress, right.count, result.baseAddress)
            }
        }
        return result
    }

    /// Multiplies every coordinate by `factor`.
    public static func scale(_ x: inout [Float], by factor: Float) {
        x.withUnsafeMutableBufferPointer { hansa_scale($0.baseAddress, $0.count, Double(factor)) }
    }
}
