/// The constants of Adam's moving moments.
///
/// In step t from 1, with both moments 0 before: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// w ← w − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε). Both moments begin anew in every round.
/// - seealso: Algorithm 1 of Kingma & Ba 2015 (arXiv:1412.6980).
public struct AdamMoments: Hashable, Sendable {
    /// The first moment's decay β₁ in [0, 1).
    public var beta1: Float
    /// The second moment's decay β₂ in [0, 1).
    public var beta2: Float
    /// What keeps the quotient finite, ε: finite and above 0.
    public var epsilon: Float

    /// The constants of the paper.
    public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    /// Whether every number is in its range.
    public var isValid: Bool {
        beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon.isFinite && epsilon > 0
    }
}
