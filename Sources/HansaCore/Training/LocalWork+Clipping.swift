#if !hasFeature(Embedded)
extension LocalWork {
    /// What a batch's gradient is multiplied by to keep its norm within the bound; nil where it is within already.
    ///
    /// - Parameter squaredNorm: the sum of its squares over all parameters.
    public func clipFactor(squaredNorm: Double) -> Float? {
        let norm = squaredNorm.squareRoot()
        guard gradientNormMax > 0, norm > Double(gradientNormMax) else { return nil }
        return Float(Double(gradientNormMax) / norm)
    }
}
#endif
