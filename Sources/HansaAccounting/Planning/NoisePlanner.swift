import HansaNumerics
import HansaPrivacy
public import HansaQuantization

/// From a wish to a plan: step, integer bound, noise and width that belong together (PRIVACY.md §1 to §3).
///
/// The finest step whose bound and noise fit the width is taken. Neighbours are replace-one, the unit is one client's whole
/// contribution to a round: the sensitivity is twice the integer bound.
public struct NoisePlanner: Hashable, Sendable {
    /// What `distributed` divides its noise by, and who is asked.
    public enum Placement: String, Hashable, Sendable, CaseIterable {
        case local, distributed, central
    }

    public var law: NoiseLaw
    public var placement: Placement
    /// Bound on the norm of an update: L1 for discrete Laplace, else L2.
    public var clip: Double
    /// Coordinates of an update.
    public var dimension: Int
    /// Bits a coordinate takes on the wire.
    public var width: BitWidth
    /// Clients of a round; `distributed` sizes shares for as many.
    public var cohort: UInt32
    /// Rounds that one client takes part in, at most.
    public var rounds: UInt64
    public var epsilon: Double
    public var delta: Double

    public init(
        law: NoiseLaw,
        placement: Placement,
        clip: Double,
        dimension: Int,
        width: BitWidth,
        cohort: UInt32,
        rounds: UInt64,
        epsilon: Double,
        delta: Double
    ) {
        self.law = law
        self.placement = placement
        self.clip = clip
        self.dimension = dimension
        self.width = width
        self.cohort = cohort
        self.rounds = rounds
        self.epsilon = epsilon
        self.delta = delta
    }

    /// The plan, or why there is none.
    public func plan() throws(NoisePlanError) -> PlannedNoise {
        try validate()
        let coarsest = coarsestBound
        guard let first = try candidate(bound: coarsest) else { throw .unattainable }
        guard fits(first) else { throw .widthTooSmall(got: width.bits, expected: first.bitsNeeded) }
        var best = first
        var low = coarsest
        // A bound of the width itself leaves no room for noise; without noise on the device it is the most that fits.
        var high = Double(width.magnitudeMax) + 1
        for _ in 0..<60 where high - low > max(1e-9 * low, 0.5) {
            let middle = low + (high - low) / 2
            if let next = try candidate(bound: middle), fits(next) {
                best = next
                low = middle
            } else {
                high = middle
            }
        }
        return best
    }

    /// The smallest clip bound in steps: one for the L1 norm; for L2, rounding may add a tenth (PRIVACY.md §2).
    private var coarsestBound: Double {
        guard law != .discreteLaplace else { return 1 }
        // A little above √d/2 / 0.1, so that no rounding of the quotient refuses it.
        return max(1, Double(dimension).squareRoot() / (2 * ConditionalRounding.coarsenessMax) * (1 + 0x1p-40))
    }

    private func fits(_ plan: PlannedNoise) -> Bool {
        plan.bitsNeeded <= width.bits
    }

    private func validate() throws(NoisePlanError) {
        guard clip.isFinite, clip > 0 else { throw .invalidClip(got: clip) }
        guard (1...1 << 40).contains(dimension) else { throw .invalidDimension(got: dimension) }
        guard cohort >= 1 else { throw .invalidCohort }
        guard (1...NoiseCalibration.roundsMax).contains(rounds) else { throw .invalidRounds(got: rounds) }
        guard epsilon.isFinite, epsilon > 0 else { throw .invalidEpsilon(got: epsilon) }
        guard delta >= 0, delta < 1 else { throw .invalidDelta(got: delta) }
        guard law == .discreteLaplace || delta > 0 else { throw .invalidDelta(got: delta) }
        guard placement != .distributed || law == .skellam else { throw .sharesDoNotAddUp(law) }
    }

    /// The plan with a clip bound of so many steps, whether it fits or not; nil where no noise is enough.
    private func candidate(bound: Double) throws(NoisePlanError) -> PlannedNoise? {
        let step = clip / bound
        // Of one client: the largest |q_i|, and the sensitivities under replace-one.
        let magnitude: UInt64
        let l1: UInt64
        let l2Squared: UInt64
        do throws(QuantizationError) {
            if law == .discreteLaplace {
                magnitude = UInt64(try SystematicRounding(clip: clip, step: step).bound)
                l1 = 2 * magnitude
                l2Squared = l1 * l1
            } else {
                let rounding = try ConditionalRounding(count: dimension, clip: clip, step: step)
                guard rounding.boundSquared < 1 << 61 else { return nil }
                magnitude = UInt64(Double(rounding.boundSquared).squareRoot().rounded(.up))
                l1 = 0
                l2Squared = 4 * rounding.boundSquared
            }
        } catch {
            // More steps than integers of 32 bits have.
            return nil
        }
        let calibration = NoiseCalibration(
            law: law,
            sensitivityL1: l1,
            sensitivityL2Squared: l2Squared,
            dimension: UInt64(dimension),
            rounds: rounds,
            epsilon: epsilon,
            delta: delta
        )
        do throws(PrivacyError) {
            let mechanism = try calibration.mechanism()
            let noise = Noise(mechanism: mechanism, placement: noisePlacement)
            // What no sampler draws is no plan.
            try NoiseSampler.validate(try noise.clientMechanism() ?? mechanism)
            return PlannedNoise(
                planner: self,
                step: step,
                bound: magnitude,
                noise: noise,
                clientMechanism: try noise.clientMechanism(),
                event: calibration.event(mechanism.parameter)
            )
        } catch {
            return nil
        }
    }

    private var noisePlacement: NoisePlacement {
        switch placement {
        case .local: .local
        case .central: .central
        case .distributed: .distributed(cohortMin: cohort)
        }
    }
}
