public import HansaPrivacy

/// The noise a plan asks for, and who adds it.
public enum NoisePlan: Hashable, Sendable {
    /// No noise, no privacy claim.
    case none
    /// Integer noise on the plan's lattice.
    case added(Noise)

    /// The noise; nil for none.
    public var noise: Noise? {
        switch self {
        case .none: nil
        case .added(let noise): noise
        }
    }
}
