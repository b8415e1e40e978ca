public import HansaPrivacy

/// The noise that a run asks for, before the model's lattice is known.
public struct NoiseConfiguration: Hashable, Sendable {
    /// The family of the noise.
    public enum Law: String, CaseIterable, Hashable, Sendable {
        case laplace
        case gaussian
        case skellam
    }

    public var law: Law
    public var placement: NoisePlacement
    /// The noise's size over the clip bound, of one update under local placement, of the sum otherwise.
    ///
    /// Laplace: scale over the L1 clip bound; Gaussian and Skellam: standard deviation over the L2 clip bound.
    public var multiplier: Double
    public var source: NoiseSource
    /// How many updates a round aims at: the public denominator of the mean, unless the strategy is given another.
    public var cohort: Int

    public init(
        law: Law,
        placement: NoisePlacement,
        multiplier: Double,
        source: NoiseSource = .system,
        cohort: Int
    ) {
        self.law = law
        self.placement = placement
        self.multiplier = multiplier
        self.source = source
        self.cohort = cohort
    }

    /// The mechanism for an integer bound, its parameter rounded up.
    ///
    /// The bound is K on the L1 norm for Laplace, and K² on the squared L2 norm otherwise.
    func mechanism(boundL1: Int64, boundL2Squared: UInt64) throws(PrivacyError) -> NoiseMechanism {
        switch law {
        case .laplace:
            return .discreteLaplace(scale: try Ratio(atLeast: (multiplier * Double(boundL1)).nextUp))
        case .gaussian: return .discreteGaussian(variance: try variance(boundL2Squared))
        case .skellam: return .skellam(variance: try variance(boundL2Squared))
        }
    }

    private func variance(_ boundSquared: UInt64) throws(PrivacyError) -> Ratio {
        try Ratio(atLeast: (multiplier * multiplier).nextUp * Double(boundSquared).nextUp)
    }
}
