public import HansaNumerics
public import HansaPrivacy
import HansaQuantization

/// What a plan's noise protects, derived from the plan alone: the same on the device and on the coordinator.
extension RoundPlan {
    /// What one client's bytes reveal by themselves: to the coordinator, to readers of its disk, to the network.
    ///
    /// Under local noise the whole mechanism, under distributed noise one share. nil where the client adds no noise. The
    /// plan was validated against the schema.
    public func clientEvent(schema: ParameterSchema) throws(PlanError) -> PrivacyEvent? {
        guard let noise = noise.noise else { return nil }
        do throws(PrivacyError) {
            guard let mechanism = try noise.clientMechanism() else { return nil }
            return try event(mechanism, source: noise.source, schema: schema)
        } catch {
            throw .invalidNoise
        }
    }

    /// What the published sum reveals to readers of the model, under central and distributed noise; nil otherwise.
    public func releaseEvent(schema: ParameterSchema) throws(PlanError) -> PrivacyEvent? {
        guard let noise = noise.noise, noise.placement != .local else { return nil }
        do throws(PrivacyError) {
            return try event(noise.mechanism, source: noise.source, schema: schema)
        } catch {
            throw .invalidNoise
        }
    }

    /// Sensitivities under replace-one: both contributions keep the integer bound, so they differ by twice of it.
    ///
    /// L1 clip: |q|₁ ≤ K, so Δ₁ = 2K, and |q − q′|₂ ≤ |q − q′|₁. L2 clip: |q|₂² ≤ K₂², so Δ₂² = 4K₂²; for Δ₁, |q − q′|₁ is at
    /// most √d · Δ₂, and at most 2K₂² because |q|₁ ≤ |q|₂² for integers.
    private func event(
        _ mechanism: NoiseMechanism,
        source: NoiseSource,
        schema: ParameterSchema
    ) throws(PrivacyError) -> PrivacyEvent {
        guard let lattice = commonLattice else { throw .invalidSensitivity }
        let dimension = updateParameterCount(schema: schema)
        let l1: UInt64
        let l2Squared: UInt64
        do throws(QuantizationError) {
            switch clip {
            case .none: throw .invalidClip
            case .l1(let bound):
                let rounding = try SystematicRounding(clip: bound, step: lattice.ownStep)
                l1 = 2 * UInt64(rounding.bound)
                l2Squared = l1.multipliedReportingOverflow(by: l1).partialValue
            case .l2(let bound):
                let rounding = try ConditionalRounding(count: dimension, clip: bound, step: lattice.ownStep)
                guard rounding.boundSquared < 1 << 61 else { throw .invalidClip }
                l2Squared = 4 * rounding.boundSquared
                // Upward: the two roots are rounded to nearest, so one unit in the last place each is added.
                let byDimension = (Double(dimension).squareRoot().nextUp * Double(l2Squared).nextUp.squareRoot().nextUp)
                    .nextUp
                let other = Double(2 * rounding.boundSquared).nextUp
                l1 = UInt64(min(byDimension, other).rounded(.up))
            }
        } catch {
            throw .invalidSensitivity
        }
        return PrivacyEvent(
            mechanism: mechanism,
            sensitivityL1: l1,
            sensitivityL2Squared: l2Squared,
            dimension: UInt64(dimension),
            source: source
        )
    }

    /// Refuses noise that would not keep its promise (PRIVACY.md §2, §4, §8).
    func validateNoise(schema: ParameterSchema) throws(PlanError) {
        guard let noise = noise.noise else { return }
        switch (noise.mechanism, clip) {
        case (_, .none): throw .noiseNeedsClip
        case (.discreteLaplace, .l1), (.discreteGaussian, .l2), (.skellam, .l2): break
        default: throw .noiseDoesNotFitClip
        }
        // A weight that the coordinator multiplies with scales the sensitivity and not the noise.
        if case .samples = weighting { throw .noiseNeedsClientWeights }
        guard returnedFields.isEmpty else { throw .noiseNeedsNoFields }
        guard requiredCapabilities.contains(.exactNoise) else { throw .unknownCapability }
        if case .distributed = noise.placement {
            guard case .skellam = noise.mechanism else { throw .sharesDoNotAddUp }
            guard let width = widths.first, widths.allSatisfy({ $0 == width }) else { throw .sharesNeedOneLattice }
        }
        do throws(PrivacyError) {
            try NoiseSampler.validate(try noise.clientMechanism() ?? noise.mechanism)
        } catch {
            throw .invalidNoise
        }
        guard let event = try clientEvent(schema: schema), let lattice = commonLattice else { return }
        let tail = NoiseTail.magnitude(of: event.mechanism, drawCount: Double(event.dimension))
        guard Double(try coordinateBound(schema: schema)) + tail <= Double(lattice.bound) else {
            throw .noiseDoesNotFitLattice
        }
    }

    /// The largest magnitude of one coordinate before the noise.
    private func coordinateBound(schema: ParameterSchema) throws(PlanError) -> Int64 {
        guard let lattice = commonLattice else { throw .clipNeedsOneLattice }
        do throws(QuantizationError) {
            return try clip.coordinateBound(
                count: updateParameterCount(schema: schema),
                step: lattice.ownStep
            ) ?? 0
        } catch {
            throw .clipDoesNotFit(error)
        }
    }

    private var widths: [Int] {
        up.map { section in
            guard case .packed(_, let width) = section.encoding else { return 0 }
            return width.bits
        }
    }
}
