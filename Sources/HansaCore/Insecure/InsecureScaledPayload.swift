#if !hasFeature(Embedded)
public import HansaNumerics
public import HansaQuantization

/// The bytes in which a client sends its whole model under ``InsecureScaledForm``, as long as the client's own width says.
///
/// One byte with the number of the form, 1; one with the width b; for each group of parameters that share a scale s, in
/// the order of the plan's sections and blocks, s as little-endian float32; then the integers of all parameters in the
/// same order, b bits each, packed vertically. x̂ = q/s.
public struct InsecureScaledPayload: Equatable, Sendable {
    /// The number of the form.
    public static let formNumber: UInt8 = 1
    private static let headerByteCount = 2

    public let width: BitWidth
    /// s of each group.
    public let scales: [Float]
    /// The packed integers.
    public let packed: [UInt8]

    /// The groups of a plan's update: how many parameters each has, in order.
    public static func groupCounts(
        of sections: [SectionPlan],
        schema: ParameterSchema,
        granularity: ScaleGranularity
    ) -> [Int] {
        var counts: [Int] = []
        for section in sections {
            for block in schema.blocks[section.blocks] {
                let groups = granularity.groupCount(shape: block.shape)
                counts += [Int](repeating: block.count / groups, count: groups)
            }
        }
        return counts
    }

    /// The length at a width; the plan was validated against the schema.
    public static func byteCount(
        width: BitWidth,
        sections: [SectionPlan],
        schema: ParameterSchema,
        granularity: ScaleGranularity
    ) -> Int {
        var (groups, parameters) = (0, 0)
        for section in sections {
            parameters += schema.parameterRange(ofBlocks: section.blocks).count
            for block in schema.blocks[section.blocks] { groups += granularity.groupCount(shape: block.shape) }
        }
        return headerByteCount + 4 * groups + PackedLayout.byteCount(count: parameters, width: width)
    }

    /// Quantizes values in the order of the groups.
    public init(
        _ values: [Float],
        groupCounts: [Int],
        form: InsecureScaledForm,
        width: BitWidth,
        words: inout some RandomWords
    ) throws(QuantizationError) {
        var integers: [Int32] = []
        integers.reserveCapacity(values.count)
        var scales: [Float] = []
        var start = 0
        for count in groupCounts {
            guard count <= values.count - start else { throw .wrongCount(got: values.count, expected: start + count) }
            let group = try form.quantizer.quantize(values[start..<start + count], width: width, words: &words)
            integers += group.integers
            scales.append(group.scale)
            start += count
        }
        guard start == values.count else { throw .wrongCount(got: values.count, expected: start) }
        self.width = width
        self.scales = scales
        packed = try PackedLayout.pack(integers, width: width)
    }

    /// Reads a stranger's bytes: another length than width and plan give, a width that the round does not allow, a scale
    /// that makes numbers beyond the form's bound, an integer beyond ±Q and padding that is not zero are refused.
    public init(
        _ bytes: [UInt8],
        form: InsecureScaledForm,
        sections: [SectionPlan],
        schema: ParameterSchema
    ) throws(InsecurePayloadError) {
        guard bytes.count >= Self.headerByteCount else {
            throw .wrongByteCount(got: bytes.count, expected: Self.headerByteCount)
        }
        guard bytes[0] == Self.formNumber else { throw .unknownForm(got: bytes[0]) }
        let bits = Int(bytes[1])
        guard form.widths.contains(bits), let width = try? BitWidth(bits) else {
            throw .widthNotAllowed(got: bits, allowed: form.widths)
        }
        let counts = Self.groupCounts(of: sections, schema: schema, granularity: form.granularity)
        let parameterCount = counts.reduce(0, +)
        let packedCount = PackedLayout.byteCount(count: parameterCount, width: width)
        let expected = Self.headerByteCount + 4 * counts.count + packedCount
        guard bytes.count == expected else { throw .wrongByteCount(got: bytes.count, expected: expected) }
        let bound = Float(width.magnitudeMax)
        var scales: [Float] = []
        scales.reserveCapacity(counts.count)
        for group in counts.indices {
            // Bounds: the length was compared with what the groups take.
            let place = Self.headerByteCount + 4 * group
            var pattern: UInt32 = 0
            for byte in bytes[place..<place + 4].reversed() { pattern = pattern << 8 | UInt32(byte) }
            let scale = Float(bitPattern: pattern)
            // The scale's rounding may lift a number that is as large as allowed.
            guard scale.isFinite, scale > 0, bound / scale <= form.magnitudeMax * (1 + 0x1p-20) else {
                throw .invalidScale(group: group)
            }
            scales.append(scale)
        }
        let packed = Array(bytes[(bytes.count - packedCount)...])
        do throws(QuantizationError) {
            try PackedLayout.verify(packed, count: parameterCount, width: width, bound: width.magnitudeMax)
        } catch {
            throw .integers(error)
        }
        self.width = width
        self.scales = scales
        self.packed = packed
    }

    /// The bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: Self.headerByteCount + 4 * scales.count + packed.count)
        writer.write(Self.formNumber)
        writer.write(UInt8(truncatingIfNeeded: width.bits))
        for scale in scales { writer.write(scale) }
        writer.writeRaw(packed)
        return writer.bytes
    }

    /// x̂ of every parameter, in the order of the groups.
    public func values(groupCounts: [Int]) throws(QuantizationError) -> [Float] {
        let count = groupCounts.reduce(0, +)
        guard groupCounts.count == scales.count else {
            throw .wrongCount(got: scales.count, expected: groupCounts.count)
        }
        let integers = try PackedLayout.unpack(packed, count: count, width: width)
        var values: [Float] = []
        values.reserveCapacity(count)
        var start = 0
        for (groupCount, scale) in zip(groupCounts, scales) {
            for integer in integers[start..<start + groupCount] {
                values.append(InsecureQuantizer.value(of: integer, scale: scale))
            }
            start += groupCount
        }
        return values
    }
}

/// Why bytes are no ``InsecureScaledPayload`` of a plan.
public enum InsecurePayloadError: Error, Equatable, Sendable {
    case wrongByteCount(got: Int, expected: Int)
    case unknownForm(got: UInt8)
    case widthNotAllowed(got: Int, allowed: ClosedRange<Int>)
    /// A scale is not finite and above zero, or its numbers exceed the form's bound.
    case invalidScale(group: Int)
    case integers(QuantizationError)
}
#endif
