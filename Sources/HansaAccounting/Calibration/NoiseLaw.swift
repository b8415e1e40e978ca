public import HansaPrivacy

/// The kind of a mechanism, without its parameter.
public enum NoiseLaw: String, Hashable, Sendable, CaseIterable {
    case discreteLaplace = "discrete-laplace"
    case discreteGaussian = "discrete-gaussian"
    case skellam

    /// The mechanism of this kind with a parameter: a scale for discrete Laplace, else a variance.
    public func mechanism(_ parameter: Ratio) -> NoiseMechanism {
        switch self {
        case .discreteLaplace: .discreteLaplace(scale: parameter)
        case .discreteGaussian: .discreteGaussian(variance: parameter)
        case .skellam: .skellam(variance: parameter)
        }
    }

    public init(_ mechanism: NoiseMechanism) {
        switch mechanism {
        case .discreteLaplace: self = .discreteLaplace
        case .discreteGaussian: self = .discreteGaussian
        case .skellam: self = .skellam
        }
    }
}
