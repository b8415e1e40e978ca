/// One release as accountants see it: what was added to what, in units of the lattice's own step.
///
/// The unit of protection is one client's whole contribution to a round, and two inputs are neighbours when one client's
/// contribution is replaced by any other that keeps the bound (replace-one). An accountant interprets an event, or
/// refuses it.
public struct PrivacyEvent: Hashable, Sendable {
    public var mechanism: NoiseMechanism
    /// Largest |q − q′|₁ over neighbours; 0 where only the L2 norm is bounded.
    public var sensitivityL1: UInt64
    /// Largest |q − q′|₂² over neighbours.
    public var sensitivityL2Squared: UInt64
    /// How many coordinates the release has.
    public var dimension: UInt64
    public var source: NoiseSource

    public init(
        mechanism: NoiseMechanism,
        sensitivityL1: UInt64,
        sensitivityL2Squared: UInt64,
        dimension: UInt64,
        source: NoiseSource
    ) {
        self.mechanism = mechanism
        self.sensitivityL1 = sensitivityL1
        self.sensitivityL2Squared = sensitivityL2Squared
        self.dimension = dimension
        self.source = source
    }
}
