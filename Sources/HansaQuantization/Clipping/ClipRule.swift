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
}
