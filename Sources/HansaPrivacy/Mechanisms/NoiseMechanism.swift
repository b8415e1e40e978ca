/// A law of integer noise, exact, with rational parameters in units of a lattice's own step.
public enum NoiseMechanism: Hashable, Sendable {
    /// P(z) ∝ e^(−|z| / scale). For bounds on the L1 norm.
    case discreteLaplace(scale: Ratio)
    /// P(z) ∝ e^(−z² / (2 · variance)). For bounds on the L2 norm; Canonne, Kamath, Steinke 2020 (arXiv:2004.00010).
    case discreteGaussian(variance: Ratio)
    /// The difference of two Poisson variables of mean variance/2 each. Sums of it are of its kind, so it is what clients
    /// add shares of; Agarwal, Kairouz, Liu 2021 (arXiv:2110.04995).
    case skellam(variance: Ratio)

    /// The number of the mechanism in plans and in `Hello` (Proto/README.md, "The plan").
    public var number: UInt8 {
        switch self {
        case .discreteLaplace: 1
        case .discreteGaussian: 2
        case .skellam: 3
        }
    }

    /// The rational parameter.
    public var parameter: Ratio {
        switch self {
        case .discreteLaplace(let scale): scale
        case .discreteGaussian(let variance), .skellam(let variance): variance
        }
    }

    /// The mechanism with a number; nil for a number that stands for none.
    public init?(number: UInt8, parameter: Ratio) {
        switch number {
        case 1: self = .discreteLaplace(scale: parameter)
        case 2: self = .discreteGaussian(variance: parameter)
        case 3: self = .skellam(variance: parameter)
        default: return nil
        }
    }
}
