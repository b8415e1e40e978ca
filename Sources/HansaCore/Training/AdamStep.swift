#if !hasFeature(Embedded)
/// The factors of one step of Adam or AdamW, which trainers apply element by element.
///
/// Both trainers use it, so that they differ in the gradient alone. The factors are computed in double precision by
/// products and correctly rounded roots, so every machine has the same.
public struct AdamStep {
    private let moments: AdamMoments
    private let rate: Float
    private let decay: Float
    private let isDecoupled: Bool
    private var power1 = 1.0
    private var power2 = 1.0

    /// The factors before the first step; nil where the work has no adaptive optimizer.
    public init?(_ work: LocalWork) {
        guard let moments = work.optimizer.moments else { return nil }
        self.moments = moments
        rate = work.learningRate
        decay = work.weightDecay
        if case .adamW = work.optimizer { isDecoupled = true } else { isDecoupled = false }
    }

    /// Goes on to the next step; to be called before each, once for all parameters.
    public mutating func begin() {
        power1 *= Double(moments.beta1)
        power2 *= Double(moments.beta2)
    }

    /// Moves so many parameters by their gradients.
    ///
    /// Where value, gradient and moments are 0 they stay 0, so that padding never changes.
    @inline(__always)
    public func apply(
        _ values: UnsafeMutablePointer<Float>,
        gradient: UnsafePointer<Float>,
        first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let (beta1, beta2, epsilon) = (moments.beta1, moments.beta2, moments.epsilon)
        let (rest1, rest2) = (Float(1 - Double(beta1)), Float(1 - Double(beta2)))
        let size = Float(Double(rate) / (1 - power1))
        let root = Float((1 - power2).squareRoot())
        let coupled = isDecoupled ? 0 : decay
        let kept = isDecoupled ? 1 - rate * decay : 1
        for index in 0..<count {
            let value = values[index] * kept
            let slope = gradient[index] + coupled * value
            let mean = beta1 * first[index] + rest1 * slope
            let square = beta2 * second[index] + rest2 * (slope * slope)
            first[index] = mean
            second[index] = square
            values[index] = value - size * (mean / (square.squareRoot() / root + epsilon))
        }
    }
}
#endif
