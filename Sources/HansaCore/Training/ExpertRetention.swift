#if !hasFeature(Embedded)
/// How FC-MoE's client keeps what averaging takes away from its experts.
///
/// With g the client's last counted update of an expert and θ, θ′ the expert before that round and now:
///
/// - `deviation`: r = g − (θ′ − θ)/`serverRate`, all that the average washed out;
/// - `projected`: r = g − g̃, with g̃ the part of g that does not conflict with the companion vector ḡ, the consensus of the
///   last round: r = (⟨g, ḡ⟩/‖ḡ‖²)·ḡ where ⟨g, ḡ⟩ < −`margin`·‖g‖‖ḡ‖, and else 0.
///
/// Training starts at θ′ + `factor`·r.
/// - seealso: ALGORITHMS.md §4.3; Lu et al. 2026 (arXiv:2606.15625).
public struct ExpertRetention: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case deviation = 1
        case projected = 2
    }

    public var kind: Kind
    /// λ, finite and at least 0; 0 turns retention off.
    public var factor: Float
    /// The server's learning rate η_s, finite and above 0.
    public var serverRate: Float
    /// The cosine below which directions conflict is −`margin`, in [0, 1).
    public var margin: Float

    public init(kind: Kind, factor: Float, serverRate: Float = 1, margin: Float = 0) {
        self.kind = kind
        self.factor = factor
        self.serverRate = serverRate
        self.margin = margin
    }

    /// Whether every number is in its range.
    public var isValid: Bool {
        factor.isFinite && factor >= 0 && serverRate.isFinite && serverRate > 0 && margin >= 0 && margin < 1
    }
}
#endif
