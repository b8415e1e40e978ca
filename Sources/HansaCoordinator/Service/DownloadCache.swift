import HansaCore
import HansaNumerics

/// The bytes that many clients are sent alike, made once: a model's content by digest and sections, plans by value.
struct DownloadCache {
    private struct Key: Hashable {
        let digest: SHA256Digest
        let sections: [SectionPlan]
    }

    private var contents: [Key: [UInt8]] = [:]
    private var plans: [RoundPlan: [UInt8]] = [:]

    /// The content of a model: the sections' parameters back to back, as little-endian float32; nil where a section is
    /// sent in another encoding, which no plan of this version asks for.
    mutating func content(
        of digest: SHA256Digest,
        sections: [SectionPlan],
        schema: ParameterSchema,
        parameters: [Float]
    ) -> [UInt8]? {
        let key = Key(digest: digest, sections: sections)
        if let held = contents[key] { return held }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * parameters.count)
        for section in sections {
            guard section.encoding == .float32 else { return nil }
            let values = parameters[schema.parameterRange(ofBlocks: section.blocks)]
            // The determinism contract holds on little-endian machines only, which the digest checks.
            values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        contents[key] = bytes
        return bytes
    }

    /// The canonical bytes of a plan.
    mutating func bytes(of plan: RoundPlan) -> [UInt8] {
        if let held = plans[plan] { return held }
        let bytes = plan.canonicalBytes
        plans[plan] = bytes
        return bytes
    }

    /// Forgets the plans of ended rounds and every model but this one.
    mutating func keepOnly(_ digest: SHA256Digest) {
        plans.removeAll()
        contents = contents.filter { $0.key.digest == digest }
    }
}

extension RoundPlan {
    /// The byte count of each section of an update, in order.
    func upSectionByteCounts(schema: ParameterSchema) -> [UInt64] {
        up.map { UInt64($0.byteCount(parameterCount: schema.parameterRange(ofBlocks: $0.blocks).count)) }
    }
}
