#if !hasFeature(Embedded)
import HansaCore
import HansaNumerics

extension PlanError {
    /// What is wrong with a plan, for the owner of a device who cannot change it.
    var text: PlainText {
        switch self {
        case .invalidWork: "a learning rate, momentum or count of its local work is out of range"
        case .invalidWeighting: "its cap on weights is 0, expected at least 1"
        case .invalidClip: "its clip bound is not finite and above 0"
        case .invalidSections(let section):
            "section \(section) does not fit the schema: sections are to cover the model's blocks in order; is the schema"
                + " that of another model?"
        case .floatUpdate(let section): "section \(section) has floats, expected integers of a lattice"
        case .invalidLattice(let section, _): "the lattice of section \(section) does not fit its width"
        case .clipNeedsOneLattice: "it has a joint norm bound over several lattices, expected one"
        case .clipDoesNotFit: "its clip bound leaves its lattice's range, or the lattice is too coarse for it"
        case .noiseNeedsClip: "it has noise without a norm bound, which protects nothing"
        case .noiseDoesNotFitClip:
            "its noise does not fit its clip: Laplace noise needs an L1 bound, Gaussian and Skellam noise an L2 bound"
        case .noiseNeedsClientWeights: "the coordinator weights noised updates, which scales what they tell"
        case .noiseNeedsNoFields: "it wants a loss or a sample count beside a noised update, which nothing charges"
        case .insecureFormNeedsNoClaim: "it has an insecure form beside a clip or noise that it claims"
        case .sharesDoNotAddUp: "its shares of noise do not add up to noise of their kind; Skellam noise does"
        case .sharesNeedOneLattice: "it has shares of noise on several lattices, expected one"
        case .noiseDoesNotFitLattice: "its width has no room for its noise"
        case .invalidNoise: "a parameter of its noise, a share or a sensitivity is out of range"
        case .sumMayOverflow(let section, let bits):
            "sums of section \(section) may need \(bits) bits, which is too many"
        case .unknownCapability: "it asks for something that this version cannot do; a newer hansa-client may"
        case .malformed: "the bytes are not the canonical form of a plan: damaged, cut short, or of another version"
        }
    }
}
#endif
