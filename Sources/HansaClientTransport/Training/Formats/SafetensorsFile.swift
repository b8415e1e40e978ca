package import HansaNumerics

/// A model's parameters as a safetensors file: one F32 tensor to a block, by the block's name.
///
/// The device's own reader and writer, because the coordinator's needs Foundation. The values go between the file and
/// the flat vector without another copy, so that a training needs no more memory than its parameters.
/// - seealso: the safetensors format, "Format" in its README.
package enum SafetensorsFile {
    /// Writes the parameters, in schema order; 0, or the negative error number.
    package static func write(_ parameters: [Float], schema: ParameterSchema, to path: String) -> Int32 {
        precondition(parameters.count == schema.count, "the caller checks the count")
        var members: [JSONValue.Member] = []
        for (index, block) in schema.blocks.enumerated() {
            let range = schema.parameterRange(ofBlock: index)
            let tensor: [JSONValue.Member] = [
                JSONValue.Member(name: "dtype", value: .string("F32")),
                JSONValue.Member(name: "shape", value: .array(block.shape.map { .integer(Int64($0)) })),
                JSONValue.Member(
                    name: "data_offsets",
                    value: .array([.integer(Int64(4 * range.lowerBound)), .integer(Int64(4 * range.upperBound))])
                ),
            ]
            members.append(JSONValue.Member(name: block.name, value: .object(tensor)))
        }
        var header = JSONWriter.write(.object(members))
        // The values begin at a multiple of eight, as readers that map the file expect.
        while !header.count.isMultiple(of: 8) { header.append(0x20) }
        var start = ByteWriter(reservingCapacity: 8 + header.count)
        start.write(UInt64(header.count))
        start.writeRaw(header)
        return parameters.withUnsafeBytes { RegularFile.write(path, start.bytes, $0) }
    }

    /// Reads parameters back into schema order; the file must hold every block and nothing else.
    package static func read(_ path: String, schema: ParameterSchema) throws(SafetensorsError) -> [Float] {
        guard case .success(let byteCount) = RegularFile.byteCount(path) else { throw .unreadable }
        let header = try readHeader(path, byteCount: byteCount, schema: schema)
        let places = try places(of: header.tensors, schema: schema)
        guard byteCount - header.end == UInt64(4 * schema.count) else { throw .malformed }
        var isWhole = true
        let parameters = [Float](unsafeUninitializedCapacity: schema.count) { values, initialized in
            values.initialize(repeating: 0)
            for (index, place) in places.enumerated() {
                let part = UnsafeMutableBufferPointer(rebasing: values[schema.parameterRange(ofBlock: index)])
                let bytes = UnsafeMutableRawBufferPointer(part)
                isWhole = isWhole && RegularFile.fill(bytes, from: path, offset: header.end + place)
            }
            initialized = values.count
        }
        guard isWhole else { throw .malformed }
        guard parameters.allSatisfy({ $0.isFinite }) else { throw .notFinite }
        return parameters
    }

    /// The header's members and where it ends.
    private static func readHeader(
        _ path: String,
        byteCount: UInt64,
        schema: ParameterSchema
    ) throws(SafetensorsError) -> (tensors: [JSONValue.Member], end: UInt64) {
        // Escapes make a name up to six times as long; the rest is offsets, shapes and words, and other people's notes.
        var countMax: UInt64 = 65_536
        for block in schema.blocks { countMax += UInt64(6 * block.name.utf8.count + 512) }
        var lengthBytes = [UInt8](repeating: 0, count: 8)
        guard byteCount >= 8, fill(&lengthBytes, from: path, offset: 0) else { throw .malformed }
        var count: UInt64 = 0
        for (index, byte) in lengthBytes.enumerated() { count |= UInt64(byte) << UInt64(8 * index) }
        guard count <= countMax, count <= byteCount - 8 else { throw .malformed }
        var text = [UInt8](repeating: 0, count: Int(count))
        guard fill(&text, from: path, offset: 8), case .object(let members)? = JSONReader.read(text) else {
            throw .malformed
        }
        return (members.filter { !$0.name.isSame(as: "__metadata__") }, 8 + count)
    }

    /// For each block the offset of its tensor's bytes.
    private static func places(
        of tensors: [JSONValue.Member],
        schema: ParameterSchema
    ) throws(SafetensorsError) -> [UInt64] {
        // In the order of names; a tensor is looked up by halving.
        var found = tensors.map { (name: $0.name.bytes, value: $0.value) }
        found.heapSort { $0.name.lexicographicallyPrecedes($1.name) }
        var places: [UInt64] = []
        var ranges: [Range<Int64>] = []
        for block in schema.blocks {
            guard let tensor = value(block.name.bytes, in: found), let type = tensor["dtype"], type.isString("F32"),
                let shape = tensor["shape"], shape.isList(block.shape)
            else { throw .doesNotFit(tensor: block.name) }
            guard case .array(let offsets)? = tensor["data_offsets"], offsets.count == 2,
                case .integer(let start) = offsets[0], case .integer(let end) = offsets[1], start >= 0,
                end >= start, end - start == 4 * Int64(block.count)
            else { throw .malformed }
            ranges.append(start..<end)
            places.append(UInt64(start))
        }
        if tensors.count > schema.blocks.count {
            var names = schema.blocks.map { $0.name.bytes }
            names.heapSort { $0.lexicographicallyPrecedes($1) }
            for (index, tensor) in found.enumerated() where index >= names.count || names[index] != tensor.name {
                throw .doesNotFit(tensor: String(bytes: tensor.name))
            }
        }
        // Without holes and overlaps, as the format has it: then the last end is the body's length.
        ranges.heapSort { $0.lowerBound < $1.lowerBound }
        var next: Int64 = 0
        for range in ranges {
            guard range.lowerBound == next else { throw .malformed }
            next = range.upperBound
        }
        return places
    }

    /// The value of the name among values in ascending order of names.
    private static func value(_ name: [UInt8], in sorted: [(name: [UInt8], value: JSONValue)]) -> JSONValue? {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].name.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low].name == name ? sorted[low].value : nil
    }

    private static func fill(_ bytes: inout [UInt8], from path: String, offset: UInt64) -> Bool {
        bytes.withUnsafeMutableBytes { RegularFile.fill($0, from: path, offset: offset) }
    }
}
