public import HansaNumerics

/// Which sections of an update travel.
///
/// Without omission all of them do, and nothing here depends on the loads.
extension RoundPlan {
    /// For each section of the update whether it is left out: all its blocks are of one expert that learned from no token.
    ///
    /// - Parameter expertLoads: as many as the schema has experts, in ``ParameterSchema/experts``' order; otherwise
    ///   nothing is left out.
    public func omittedSections(schema: ParameterSchema, expertLoads: [UInt32]) -> [Bool] {
        #if !hasFeature(Embedded)
        if omitsIdleExperts {
            let experts = schema.experts
            if experts.count == expertLoads.count {
                var idle: Set<ExpertName> = []
                for (expert, load) in zip(experts, expertLoads) where load == 0 { idle.insert(expert) }
                return up.map { section in
                    guard section.blocks.upperBound <= schema.blocks.count,
                        let expert = section.blocks.first.flatMap({ schema.blocks[$0].role.expert })
                    else { return false }
                    return idle.contains(expert)
                        && section.blocks.allSatisfy { schema.blocks[$0].role.expert == expert }
                }
            }
        }
        #endif
        return [Bool](repeating: false, count: up.count)
    }

    /// The byte count of an update with these loads; the plan was validated against the schema.
    public func updateByteCount(schema: ParameterSchema, expertLoads: [UInt32]) -> Int {
        if expertLoads.isEmpty { return updateByteCount(schema: schema) }
        var total = 0
        for (section, isOmitted) in zip(up, omittedSections(schema: schema, expertLoads: expertLoads))
        where !isOmitted {
            total += section.byteCount(parameterCount: schema.parameterRange(ofBlocks: section.blocks).count)
        }
        return total
    }

    /// The byte count of each section of an update with these loads, in the plan's order; 0 where it is left out.
    ///
    /// - Parameter payloadByteCount: that of the whole update, which is one section where clients choose widths.
    public func sectionByteCounts(
        schema: ParameterSchema,
        expertLoads: [UInt32],
        payloadByteCount: Int? = nil
    ) -> [UInt64] {
        #if !hasFeature(Embedded)
        if insecureForm != nil {
            return [UInt64(clamping: payloadByteCount ?? updateByteCount(schema: schema))]
        }
        #endif
        return sectionByteCountsOfLattices(schema: schema, expertLoads: expertLoads)
    }

    private func sectionByteCountsOfLattices(schema: ParameterSchema, expertLoads: [UInt32]) -> [UInt64] {
        zip(up, omittedSections(schema: schema, expertLoads: expertLoads)).map { section, isOmitted in
            let count = schema.parameterRange(ofBlocks: section.blocks).count
            return isOmitted ? 0 : UInt64(clamping: section.byteCount(parameterCount: count))
        }
    }
}
