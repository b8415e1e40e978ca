public import HansaQuantization

/// Why a plan does not make sense for its model and cohort.
///
/// Refused before the first client is asked.
public enum PlanError: Error, Equatable, Sendable {
    /// A learning rate, momentum or count is out of range.
    case invalidWork
    /// A cap of 0.
    case invalidWeighting
    /// A clip bound that is not finite and above zero.
    case invalidClip
    /// Sections must follow the schema's order without gaps, overlaps or `local` blocks.
    case invalidSections(section: Int)
    /// Updates travel as lattice integers, never as floats.
    case floatUpdate(section: Int)
    /// A section's lattice bound does not fit its width.
    case invalidLattice(section: Int, QuantizationError)
    /// A joint norm bound needs one lattice for all sections.
    case clipNeedsOneLattice
    /// The clip bound leaves the lattice's range, or the step is too coarse for it.
    case clipDoesNotFit(QuantizationError)
    /// Noise without a norm bound protects nothing.
    case noiseNeedsClip
    /// Laplace noise needs a bound on the L1 norm, Gaussian and Skellam noise one on the L2 norm.
    case noiseDoesNotFitClip
    /// Weights that the coordinator multiplies with scale the sensitivity and not the noise.
    case noiseNeedsClientWeights
    /// A loss or a sample count beside a noised update would be a second release that nothing charges.
    case noiseNeedsNoFields
    /// Only shares of Skellam noise add up to noise of their kind.
    case sharesDoNotAddUp
    /// Coarse noise never masks fine residues: shares need one lattice and one width.
    case sharesNeedOneLattice
    /// The lattice is too narrow: more coordinates than `NoiseTail.expectedCountMax` would be limited to it.
    case noiseDoesNotFitLattice
    /// A paper's insecure form has a clip and noise of its own, beside which the plan can claim nothing.
    case insecureFormNeedsNoClaim
    /// A parameter, share or sensitivity out of range.
    case invalidNoise
    /// A cohort's sum could leave 62 bits.
    case sumMayOverflow(section: Int, bitsNeeded: Int)
    /// The plan asks for something this version cannot do.
    case unknownCapability
    /// The bytes are not the canonical form of a plan.
    case malformed
}
