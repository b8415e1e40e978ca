/// Which norm of an update is bounded before it is rounded, and by how much.
///
/// One joint clip covers all blocks of an update (PRIVACY.md §2).
public enum ClipRule: Hashable, Sendable {
    /// Nothing is clipped.
    case none
    /// The sum of magnitudes is at most `bound`.
    case l1(bound: Double)
    /// The Euclidean norm is at most `bound`.
    case l2(bound: Double)

    /// Refuses a bound that is not finite and above zero.
    public func validate() throws(QuantizationError) {
        switch self {
        case .none: return
        case .l1(let bound), .l2(let bound):
            guard bound.isFinite, bound > 0 else { throw .invalidClip }
        }
    }

    /// The largest integer that a vector of `count` coordinates within the bound can have on a lattice of `step`; nil
    /// where nothing is clipped.
    public func coordinateBound(count: Int, step: Double) throws(QuantizationError) -> Int64? {
        switch self {
        case .none: return nil
        case .l1(let bound): return try SystematicRounding(clip: bound, step: step).bound
        case .l2(let bound):
            let rounding = try ConditionalRounding(count: count, clip: bound, step: step)
            return Int64(clamping: UInt64(Double(rounding.boundSquared).squareRoot().rounded(.up)))
        }
    }
}
