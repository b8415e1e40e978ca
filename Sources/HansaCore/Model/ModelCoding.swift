public import HansaNumerics
public import HansaQuantization

/// How a model becomes the bytes that are sent down, and back (Proto/README.md, "The model").
///
/// The coordinator encodes once for each round and hands the same bytes to every client; what a client decodes is the
/// model it trains from, and what the plan's digest stands for.
public enum ModelCoding {
    /// The sections of a model at `width` bits: each covers the largest magnitude of its parameters.
    ///
    /// The range follows from a model that is published anyway, so it says nothing about anyone's data that the model does
    /// not say.
    public static func packedSections(
        _ sections: [SectionPlan],
        of parameters: [Float],
        schema: ParameterSchema,
        width: BitWidth
    ) throws(QuantizationError) -> [SectionPlan] {
        var packed: [SectionPlan] = []
        for section in sections {
            let largest = FlatVector.largestMagnitude(
                parameters,
                in: schema.parameterRange(ofBlocks: section.blocks)
            )
            // A section of zeros, and one of numbers too small for a step of their own, is sent on some grid all the same.
            let range = Double(max(largest, 0x1p-100))
            let lattice = try Lattice(covering: range, width: width)
            packed.append(SectionPlan(blocks: section.blocks, encoding: .packed(lattice, width)))
        }
        return packed
    }

    /// The bytes of the sections, back to back.
    ///
    /// - Parameters:
    ///   - parameters: the model in schema order, finite, as many as the schema has.
    ///   - words: randomness for rounding to a lattice.
    public static func encode(
        _ parameters: [Float],
        sections: [SectionPlan],
        schema: ParameterSchema,
        words: inout some RandomWords
    ) throws(QuantizationError) -> [UInt8] {
        guard parameters.count == schema.count else {
            throw .wrongCount(got: parameters.count, expected: schema.count)
        }
        var bytes: [UInt8] = []
        var byteCount = 0
        for section in sections {
            byteCount += section.byteCount(parameterCount: schema.parameterRange(ofBlocks: section.blocks).count)
        }
        bytes.reserveCapacity(byteCount)
        for section in sections {
            let range = schema.parameterRange(ofBlocks: section.blocks)
            switch section.encoding {
            case .float32:
                parameters.withUnsafeBytes { all in
                    // Bounds: the range is the schema's, which has as many parameters as the array.
                    let start = range.lowerBound * 4
                    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: all[start..<range.upperBound * 4]))
                }
            case .packed(let lattice, let width):
                let key = words.next64()
                let packed: Result<(bytes: [UInt8], saturatedCount: Int), QuantizationError> =
                    parameters.withUnsafeBufferPointer { all in
                        do throws(QuantizationError) {
                            // Bounds: the range is the schema's, which has as many parameters as the array.
                            let part = UnsafeBufferPointer(rebasing: all[range])
                            return .success(
                                try StochasticRounding.quantizeAndPack(part, lattice: lattice, width: width, key: key)
                            )
                        } catch {
                            return .failure(error)
                        }
                    }
                bytes.append(contentsOf: try packed.get().bytes)
            }
        }
        return bytes
    }

    #if !hasFeature(Embedded)
    /// The bytes of a companion vector, which follow those of the model: little-endian float32.
    public static func encode(companion: [Float]) -> [UInt8] {
        companion.withUnsafeBytes { Array($0) }
    }

    /// The model that the bytes stand for and, behind it in one vector, the companion of as many numbers.
    public static func decodeWithCompanion(
        _ bytes: [UInt8],
        sections: [SectionPlan],
        schema: ParameterSchema
    ) throws(QuantizationError) -> [Float] {
        let companionByteCount = MemoryLayout<Float>.stride * schema.count
        guard bytes.count >= companionByteCount else {
            throw .wrongByteCount(got: bytes.count, expected: companionByteCount)
        }
        let modelByteCount = bytes.count - companionByteCount
        // Bounds: the count is between 0 and that of the bytes.
        var vector = try decode(Array(bytes[..<modelByteCount]), sections: sections, schema: schema)
        vector.append(
            contentsOf: [Float](unsafeUninitializedCapacity: schema.count) { floats, initialized in
                // Bounds: as many bytes as the floats take were set apart above.
                UnsafeMutableRawBufferPointer(floats).copyBytes(from: bytes[modelByteCount...])
                initialized = schema.count
            }
        )
        return vector
    }
    #endif

    /// The model that the bytes stand for; blocks in no section are 0.
    ///
    /// The sections belong to a plan that was validated against the schema. The bytes are a stranger's: another length, an
    /// integer outside the lattice and padding that is not zero are refused.
    public static func decode(
        _ bytes: [UInt8],
        sections: [SectionPlan],
        schema: ParameterSchema
    ) throws(QuantizationError) -> [Float] {
        var parameters = [Float](repeating: 0, count: schema.count)
        var start = 0
        for section in sections {
            let range = schema.parameterRange(ofBlocks: section.blocks)
            let end = start + section.byteCount(parameterCount: range.count)
            guard end <= bytes.count else { throw .wrongByteCount(got: bytes.count, expected: end) }
            switch section.encoding {
            case .float32:
                parameters.withUnsafeMutableBytes { all in
                    // Bounds: the range is the schema's, as is the array; `end` was compared with the bytes.
                    let target = UnsafeMutableRawBufferPointer(
                        rebasing: all[range.lowerBound * 4..<range.upperBound * 4]
                    )
                    bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
                }
            case .packed(let lattice, let width):
                var failure: QuantizationError?
                parameters.withUnsafeMutableBufferPointer { all in
                    bytes.withUnsafeBytes { bytes in
                        do throws(QuantizationError) {
                            try PackedLayout.dequantize(
                                // Bounds: the range is the schema's, as is the array; `end` was compared with the bytes.
                                UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
                                width: width,
                                lattice: lattice,
                                into: UnsafeMutableBufferPointer(rebasing: all[range])
                            )
                        } catch {
                            failure = error
                        }
                    }
                }
                if let failure { throw failure }
            }
            start = end
        }
        guard start == bytes.count else { throw .wrongByteCount(got: bytes.count, expected: start) }
        return parameters
    }
}
