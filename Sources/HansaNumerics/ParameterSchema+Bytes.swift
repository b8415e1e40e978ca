extension ParameterSchema {
    /// The one byte form of this schema: what is hashed, stored and compared.
    ///
    /// `u32 blocks`, then per block: name (`u32` length, UTF-8), `u8 rank`, `u32` extents, `u8` role, `u32 layer`,
    /// `u32 index` (both 0 where the role has none). All little-endian.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }

    public func encode(into writer: inout ByteWriter) {
        writer.write(UInt32(truncatingIfNeeded: blocks.count))
        for block in blocks {
            writer.write(block.name)
            writer.write(UInt8(truncatingIfNeeded: block.shape.count))
            for extent in block.shape { writer.write(UInt32(truncatingIfNeeded: extent)) }
            let (tag, layer, index): (UInt8, Int, Int) =
                switch block.role {
                case .dense: (0, 0, 0)
                case .router(let layer): (1, layer, 0)
                case .expert(let layer, let index): (2, layer, index)
                case .local: (3, 0, 0)
                }
            writer.write(tag)
            writer.write(UInt32(truncatingIfNeeded: layer))
            writer.write(UInt32(truncatingIfNeeded: index))
        }
    }

    /// Reads the canonical form; every other byte string is refused.
    public init(from reader: inout ByteReader) throws(SchemaError) {
        var blocks: [ParameterBlock] = []
        do throws(ByteReaderError) {
            let blockCount = Int(try reader.readUInt32())
            // The smallest block takes 14 bytes, so a count that lies cannot make us reserve memory.
            guard blockCount <= reader.remaining / 14 + 1 else { throw ByteReaderError.truncated }
            for _ in 0..<blockCount {
                let name = try reader.readString(byteCountMax: Self.nameByteCountMax)
                let rank = Int(try reader.readUInt8())
                guard rank <= Self.rankMax else { throw ByteReaderError.invalidValue }
                var shape: [Int] = []
                for _ in 0..<rank { shape.append(Int(try reader.readUInt32())) }
                let tag = try reader.readUInt8()
                let layer = Int(try reader.readUInt32())
                let index = Int(try reader.readUInt32())
                let role: BlockRole
                switch (tag, layer, index) {
                case (0, 0, 0): role = .dense
                case (1, _, 0): role = .router(layer: layer)
                case (2, _, _): role = .expert(layer: layer, index: index)
                case (3, 0, 0): role = .local
                default: throw ByteReaderError.invalidValue
                }
                blocks.append(ParameterBlock(name: name, shape: shape, role: role))
            }
        } catch {
            throw .malformed
        }
        try self.init(blocks)
    }
}
