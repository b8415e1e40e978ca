import HansaCore
import HansaNumerics

/// What of a model has arrived; it outlives the connection, so that a download goes on where it broke off.
struct PartialModel: Sendable {
    let digest: SHA256Digest
    let schema: ParameterSchema
    /// Where the sections' parameters lie in the flat vector, in the order in which they arrive.
    private let ranges: [Range<Int>]
    let totalByteCount: UInt64
    /// How many bytes have arrived.
    private(set) var receivedByteCount: UInt64 = 0
    /// The flat vector; empty until the first bytes arrive.
    private var parameters: [Float] = []

    /// Nil for a plan with packed sections down, which this version does not read.
    ///
    /// - Parameter plan: validated against the schema.
    init?(plan: RoundPlan, schema: ParameterSchema) {
        guard Self.isReadable(plan) else { return nil }
        digest = plan.model
        self.schema = schema
        ranges = plan.down.map { schema.parameterRange(ofBlocks: $0.blocks) }
        totalByteCount = UInt64(clamping: plan.modelByteCount(schema: schema))
    }

    /// Whether all sections down are float32.
    static func isReadable(_ plan: RoundPlan) -> Bool {
        plan.down.allSatisfy { section in
            if case .float32 = section.encoding { true } else { false }
        }
    }

    /// Whether another download would bring the same bytes to the same places.
    func isSame(as other: Self) -> Bool {
        digest == other.digest && schema == other.schema && ranges == other.ranges
    }

    var isComplete: Bool { receivedByteCount == totalByteCount }

    /// Takes the next bytes, which must not go beyond the total.
    mutating func append(_ bytes: [UInt8]) {
        precondition(UInt64(bytes.count) <= totalByteCount - receivedByteCount, "the session checks chunks")
        if parameters.isEmpty { parameters = [Float](repeating: 0, count: schema.count) }
        var source = bytes[...]
        var start = Int(receivedByteCount)
        for range in ranges {
            guard !source.isEmpty else { break }
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
        receivedByteCount += UInt64(bytes.count)
    }

    /// The parameters, if they are those of the digest; nil if they are not.
    consuming func finish() -> [Float]? {
        guard SHA256Digest(schema: schema, parameters: parameters) == digest else { return nil }
        return parameters
    }
}
