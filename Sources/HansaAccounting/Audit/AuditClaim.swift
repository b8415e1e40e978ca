import Foundation
public import HansaPrivacy

/// What a release claims of any two neighbouring inputs, in the form that a two-point audit can come close to.
public enum AuditClaim: Hashable, Sendable {
    /// Pure ε: no event's probability differs by more than the factor e^ε.
    case epsilon(Double)
    /// µ-GDP: the two inputs are no easier to tell apart than N(0, 1) and N(µ, 1) (Dong, Roth, Su 2022).
    case mu(Double)

    /// The number.
    public var value: Double {
        switch self {
        case .epsilon(let value), .mu(let value): value
        }
    }

    /// The claim of an event, whose derivation `PrivacyEvent.cost()` has for ε; µ is Δ₂ / σ.
    ///
    /// Gaussian noise on integers is µ-GDP as far as its steps are small beside σ, which they are here by a factor of
    /// hundreds. For Skellam noise µ is what it tends to; its tails tell less than Gaussian ones of the same variance.
    public init(_ event: PrivacyEvent) throws(PrivacyError) {
        let cost = try event.cost()
        switch event.mechanism {
        case .discreteLaplace:
            guard let epsilon = cost.pureEpsilon else { throw .unknownEvent }
            self = .epsilon(epsilon)
        case .discreteGaussian(let variance), .skellam(let variance):
            self = .mu((Double(event.sensitivityL2Squared) / variance.value).squareRoot())
        }
    }

    /// The largest ε or µ that is ruled out by an event that has at least probability `likely` under one input and at
    /// most `unlikely` under the other.
    ///
    /// ε ≥ ln(p / q). µ ≥ Φ⁻¹(p) − Φ⁻¹(q): a test of power p at level q is none that µ-GDP allows below that.
    func ruledOut(likely: Double, unlikely: Double) -> Double {
        guard likely > 0, unlikely > 0 else { return 0 }
        switch self {
        case .epsilon: return max(0, log(likely / unlikely))
        case .mu: return max(0, NormalQuantile.of(likely) - NormalQuantile.of(unlikely))
        }
    }
}
