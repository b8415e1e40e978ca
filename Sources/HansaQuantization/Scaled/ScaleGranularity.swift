#if !hasFeature(Embedded)
/// How many parameters share one scale, as AQ-DP's released code cuts a tensor.
///
/// Numbers are part of the plan's byte form.
public enum ScaleGranularity: UInt8, CaseIterable, Sendable {
    /// One scale for each output channel of a convolution's weight of four dimensions, one for any other tensor; what
    /// all the paper's runs use (`per_batch`).
    case outputChannel = 1
    /// One scale a tensor.
    case tensor = 2
    /// One scale for each row along the last axis.
    case row = 3
    /// One scale for each two-dimensional slice of a tensor of four dimensions; else one a tensor.
    case kernel = 4

    /// How many groups of equal size, one behind the other, a row-major tensor of this shape is cut into.
    public func groupCount(shape: [Int]) -> Int {
        switch self {
        case .outputChannel: shape.count == 4 ? max(shape[0], 1) : 1
        case .tensor: 1
        case .row: shape.dropLast().reduce(1, &*)
        case .kernel: shape.count == 4 ? max(shape[0] &* shape[1], 1) : 1
        }
    }
}
#endif
