public import HansaNumerics
package import HansaQuantization

extension RoundPlan {
    /// Refuses a plan that does not fit the model, or whose sums a cohort of `cohortMax` clients could overflow.
    public func validate(schema: ParameterSchema, cohortMax: Int) throws(PlanError) {
        guard work.isValid else { throw .invalidWork }
        guard weighting.isValid else { throw .invalidWeighting }
        do throws(QuantizationError) { try clip.validate() } catch { throw .invalidClip }
        guard Capabilities.known.isSuperset(of: requiredCapabilities) else { throw .unknownCapability }
        #if !hasFeature(Embedded)
        // A client that lacks a capability must be able to tell by the list alone.
        guard requiredCapabilities.isSuperset(of: work.requiredCapabilities.union(algorithm.requiredCapabilities))
        else { throw .unknownCapability }
        try validateAlgorithm()
        #endif
        try Self.validateCoverage(of: down, schema: schema)
        try Self.validateCoverage(of: up, schema: schema)
        for (index, section) in up.enumerated() {
            guard case .packed(let lattice, _) = section.encoding else { throw .floatUpdate(section: index) }
            do throws(QuantizationError) {
                _ = try SumBound(lattices: [lattice], weightMax: weighting.weightMax, cohort: cohortMax)
            } catch {
                if case .sumMayOverflow(let bits) = error { throw .sumMayOverflow(section: index, bitsNeeded: bits) }
                throw .invalidLattice(section: index, error)
            }
        }
        try validateClip(schema: schema)
        try validateNoise(schema: schema)
    }

    /// The lattice that all sections of the update share; nil where they differ.
    package var commonLattice: Lattice? {
        var common: Lattice?
        for section in up {
            guard case .packed(let lattice, _) = section.encoding else { return nil }
            if let seen = common, seen != lattice { return nil }
            common = lattice
        }
        return common
    }

    /// How many parameters the update carries.
    package func updateParameterCount(schema: ParameterSchema) -> Int {
        var total = 0
        for section in up { total += schema.parameterRange(ofBlocks: section.blocks).count }
        return total
    }

    private func validateClip(schema: ParameterSchema) throws(PlanError) {
        if case .none = clip { return }
        guard let lattice = commonLattice else { throw .clipNeedsOneLattice }
        do throws(QuantizationError) {
            // The largest integer that the bound lets a single coordinate take.
            let magnitudeMax = try clip.coordinateBound(
                count: updateParameterCount(schema: schema),
                step: lattice.ownStep
            )
            guard let magnitudeMax else { return }
            guard magnitudeMax <= lattice.bound else {
                throw QuantizationError.clipExceedsLattice(needed: magnitudeMax, bound: lattice.bound)
            }
        } catch {
            throw .clipDoesNotFit(error)
        }
    }

    /// Sections must cover every block that is not local, in order and once.
    private static func validateCoverage(of sections: [SectionPlan], schema: ParameterSchema) throws(PlanError) {
        var next = 0
        func skipLocal() {
            while next < schema.blocks.count, schema.blocks[next].role == .local { next += 1 }
        }
        for (index, section) in sections.enumerated() {
            skipLocal()
            guard section.blocks.lowerBound == next, !section.blocks.isEmpty,
                section.blocks.upperBound <= schema.blocks.count
            else { throw .invalidSections(section: index) }
            for block in section.blocks where schema.blocks[block].role == .local {
                throw .invalidSections(section: index)
            }
            if case .packed(let lattice, let width) = section.encoding, lattice.bound > width.magnitudeMax {
                throw .invalidLattice(
                    section: index,
                    .boundExceedsWidth(bound: lattice.bound, bits: width.bits)
                )
            }
            next = section.blocks.upperBound
        }
        skipLocal()
        guard next == schema.blocks.count else { throw .invalidSections(section: sections.count) }
    }
}

#if !hasFeature(Embedded)
extension RoundPlan {
    private func validateAlgorithm() throws(PlanError) {
        guard algorithm.isValid else { throw .invalidWork }
        switch algorithm {
        case .recursiveGradient, .controlVariates:
            // Steps of plain SGD, whose number is part of the algorithm.
            guard work.isPlain, work.momentum == 0, work.stepCountMax > 0 else { throw .invalidWork }
        case .insecureScaled(let form): try validate(form)
        default: break
        }
        guard !omitsIdleExperts || (noise == .none && returnedFields.contains(.expertLoads)) else {
            throw .invalidWork
        }
    }
}
#endif
