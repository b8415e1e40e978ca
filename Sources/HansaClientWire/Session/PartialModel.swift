import HansaCore
import HansaNumerics

/// What of a model has arrived; it outlives the connection, so that a download goes on where it broke off.
///
/// Where every section is float32, which large models are, the bytes go straight to their places in the flat vector.
/// Packed sections are collected and decoded at the end.
struct PartialModel: Sendable {
    let digest: SHA256Digest
    let schema: ParameterSchema
    let totalByteCount: UInt64
    /// How many bytes have arrived.
    private(set) var receivedByteCount: UInt64 = 0

    private let sections: [SectionPlan]
    private let isPacked: Bool
    #if !hasFeature(Embedded)
    private let hasCompanion: Bool
    #endif
    /// The flat vector of a model that is not packed; empty until its first bytes arrive.
    private var parameters: [Float] = []
    /// The bytes of a model that is packed.
    private var packed: [UInt8] = []

    /// - Parameter plan: validated against the schema.
    init(plan: RoundPlan, schema: ParameterSchema) {
        digest = plan.model
        self.schema = schema
        sections = plan.down
        let isPacked = plan.down.contains { section in
            if case .packed = section.encoding { true } else { false }
        }
        #if hasFeature(Embedded)
        self.isPacked = isPacked
        #else
        // What follows the model has no place in its flat vector.
        hasCompanion = plan.algorithm.hasCompanion
        self.isPacked = isPacked || hasCompanion
        #endif
        totalByteCount = UInt64(clamping: plan.modelByteCount(schema: schema))
    }

    /// Whether another download would bring the same bytes to the same places.
    func isSame(as other: Self) -> Bool {
        digest == other.digest && schema == other.schema && sections == other.sections
    }

    /// Takes the next bytes, which must not go beyond the total.
    mutating func append(_ bytes: [UInt8]) {
        precondition(UInt64(bytes.count) <= totalByteCount - receivedByteCount, "the session checks chunks")
        if isPacked {
            if packed.isEmpty { packed.reserveCapacity(Int(totalByteCount)) }
            packed += bytes
        } else {
            place(bytes)
        }
        receivedByteCount += UInt64(bytes.count)
    }

    /// Copies float32 bytes to where they belong; a chunk may end within a number and within a section.
    private mutating func place(_ bytes: [UInt8]) {
        if parameters.isEmpty { parameters = [Float](repeating: 0, count: schema.count) }
        var source = bytes[...]
        var start = Int(receivedByteCount)
        for section in sections {
            guard !source.isEmpty else { break }
            let range = schema.parameterRange(ofBlocks: section.blocks)
            let byteCount = MemoryLayout<Float>.stride * range.count
            if start >= byteCount {
                start -= byteCount
                continue
            }
            let taken = source.prefix(byteCount - start)
            let target = MemoryLayout<Float>.stride * range.lowerBound + start
            parameters.withUnsafeMutableBytes { flat in
                // Every platform Hansa builds for is little-endian, which SHA256Hasher checks.
                // Bounds: `range` is the schema's, and `taken` at most what is left of it from `start` on.
                UnsafeMutableRawBufferPointer(rebasing: flat[target..<target + taken.count]).copyBytes(from: taken)
            }
            source = source.dropFirst(taken.count)
            start = 0
        }
    }

    /// The parameters, if they are those of the digest; nil if they are not.
    consuming func finish() -> [Float]? {
        guard contentDigest == digest else { return nil }
        guard isPacked else { return parameters }
        // Integers outside the lattice and padding that is not 0 are damage like any other.
        #if !hasFeature(Embedded)
        if hasCompanion {
            return try? ModelCoding.decodeWithCompanion(packed, sections: sections, schema: schema)
        }
        #endif
        return try? ModelCoding.decode(packed, sections: sections, schema: schema)
    }

    /// The digest of what arrived, which is what the plan calls the model by.
    private var contentDigest: SHA256Digest {
        if isPacked { return SHA256Digest(schema: schema, modelContent: packed) }
        var hasher = SHA256Hasher()
        hasher.update(SHA256Digest(hashing: schema.canonicalBytes).bytes)
        for section in sections {
            let range = schema.parameterRange(ofBlocks: section.blocks)
            let stride = MemoryLayout<Float>.stride
            parameters.withUnsafeBytes { flat in
                // Bounds: the range is the schema's, which has as many parameters as the vector once a byte came.
                guard range.upperBound * stride <= flat.count else { return }
                hasher.update(
                    UnsafeRawBufferPointer(rebasing: flat[range.lowerBound * stride..<range.upperBound * stride])
                )
            }
        }
        return hasher.finalize()
    }
}
