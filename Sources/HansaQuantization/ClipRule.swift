/// How a client bounds its whole contribution before it is rounded.
///
/// One joint clip over all sections: independent clips of blocks would add up to a larger sensitivity (PRIVACY.md §2).
public enum ClipRule: Hashable, Sendable {
    /// No bound: for runs without noise only.
    case none
    /// |x|₁ ≤ bound, in units of the parameters.
    case l1(bound: Double)
    /// ‖x‖₂ ≤ bound, in units of the parameters.
    case l2(bound: Double)

    /// Whether the bound is finite and above zero.
    public var isValid: Bool {
        switch self {
        case .none: true
        case .l1(let bound), .l2(let bound): bound.isFinite && bound > 0
        }
    }
}
