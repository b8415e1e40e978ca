internal import CHansaKernels

/// Scaling of an update down to a norm bound.
///
/// The norm is summed in Double over sixteen fixed lanes and one fixed tree, so it has the same bits everywhere. The
/// scaled Floats meet the bound up to Float's rounding; the bound that a privacy claim rests on is enforced on the
/// integers, by ``SystematicRounding`` or ``ConditionalRounding``.
public enum Clipping {
    /// Scales `x` by bound / norm where the norm exceeds the bound; returns whether it did.
    ///
    /// Refuses a vector that holds NaN or an infinity, also where nothing is clipped.
    public static func clip(_ x: inout [Float], by rule: ClipRule) throws(QuantizationError) -> Bool {
        try rule.validate()
        let finite = x.withUnsafeBufferPointer { hansa_all_finite($0.baseAddress, $0.count) }
        guard finite else { throw .notFinite }
        let norm: Double
        let normMax: Double
        switch rule {
        case .none: return false
        case .l1(let bound): (norm, normMax) = (normL1(x), bound)
        case .l2(let bound): (norm, normMax) = (normL2(x), bound)
        }
        guard norm > normMax else { return false }
        let factor = normMax / norm
        x.withUnsafeMutableBufferPointer { hansa_scale($0.baseAddress, $0.count, factor) }
        return true
    }

    /// The sum of magnitudes, summed in Double.
    public static func normL1(_ x: [Float]) -> Double {
        x.withUnsafeBufferPointer { hansa_norm_l1($0.baseAddress, $0.count) }
    }

    /// The Euclidean norm, its squares summed in Double.
    public static func normL2(_ x: [Float]) -> Double {
        x.withUnsafeBufferPointer { hansa_norm_l2_squared($0.baseAddress, $0.count) }.squareRoot()
    }
}
