public import HansaNumerics

/// Which sections of an update travel.
///
/// Without omission all of them do, and nothing here depends on the loads.
extension RoundPlan {
    /// The sections that are left out: all their blocks are of one expert that learned from no token.
    ///
    /// - Parameter expertLoads: as many as the schema has experts, in `ParameterSchema.experts`' order; otherwise
    ///   nothing is left out.
    public func omittedSections(schema: ParameterSchema, expertLoads: [UInt32]) -> OmittedSections {
        #if !hasFeature(Embedded)
        if omitsIdleExperts {
            let experts = schema.experts
            if experts.count == expertLoads.count {
                var idle: Set<ExpertName> = []
                for (expert, load) in zip(experts, expertLoads) where load == 0 { idle.insert(expert) }
                return OmittedSections(
                    up.map { section in
                        guard section.blocks.upperBound <= schema.blocks.count,
                            let expert = section.blocks.first.flatMap({ schema.blocks[$0].role.expert })
                        else { return false }
                        return idle.contains(expert)
                            && section.blocks.allSatisfy { schema.blocks[$0].role.expert == expert }
                    }
                )
            }
        }
        #endif
        return OmittedSections()
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
        let omitted = omittedSections(schema: schema, expertLoads: expertLoads)
        return up.indices.map { index in
            let count = schema.parameterRange(ofBlocks: up[index].blocks).count
            return omitted[index] ? 0 : UInt64(clamping: up[index].byteCount(parameterCount: count))
        }
    }

    /// The byte count of an update with these loads; the plan was validated against the schema.
    public func updateByteCount(schema: ParameterSchema, expertLoads: [UInt32]) -> Int {
        #if !hasFeature(Embedded)
        if !expertLoads.isEmpty {
            return sectionByteCounts(schema: schema, expertLoads: expertLoads).reduce(0) { $0 + Int(clamping: $1) }
        }
        #endif
        return updateByteCount(schema: schema)
    }
}
