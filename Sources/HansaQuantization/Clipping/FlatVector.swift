internal import CHansaKernels

/// The few operations on flat Float vectors that an update passes through, with the same bits everywhere.
///
/// A vector of another length than the first is refused, so no kernel reads behind its end.
public enum FlatVector {
    /// Whether no value is NaN or infinite.
    public static func isFinite(_ x: [Float]) -> Bool {
        x.withUnsafeBufferPointer { hansa_all_finite($0.baseAddress, $0.count) }
    }

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

    /// Adds `factor` · `x` to `y`, the product rounded before the sum.
    public static func add(_ x: [Float], times factor: Float, to y: inout [Float]) throws(QuantizationError) {
        guard x.count == y.count else { throw .wrongCount(got: x.count, expected: y.count) }
        y.withUnsafeMutableBufferPointer { y in
            x.withUnsafeBufferPointer { x in hansa_axpy(factor, x.baseAddress, x.count, y.baseAddress) }
        }
    }

    /// Integers back to parameters: Float(Double(q) · `ownStep`).
    public static func dequantize(_ values: [Int32], ownStep: Double) -> [Float] {
        guard !values.isEmpty else { return [] }
        return [Float](unsafeUninitializedCapacity: values.count) { result, initialized in
            values.withUnsafeBufferPointer { values in
                hansa_dequantize(values.baseAddress, values.count, ownStep, result.baseAddress)
            }
            initialized = values.count
        }
    }
}
