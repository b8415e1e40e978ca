/// The blocks of a model in their fixed order, which is also the order of the flat parameter vector.
///
/// Both ends hold the same schema; its canonical bytes open the digest of every model (DESIGN.md, "Determinism
/// contract").
public struct ParameterSchema: Hashable, Sendable {
    /// The longest block name, in UTF-8 bytes.
    public static let nameByteCountMax = 255
    /// The most dimensions of a block.
    public static let rankMax = 8
    /// The largest layer or expert number.
    public static let expertNumberMax = 65_535
    /// The most blocks of a model.
    public static let blockCountMax = 65_536
    /// The most parameters of a model: indices fit 32 bits.
    public static let parameterCountMax = 1 << 31

    /// The blocks in flat order.
    public let blocks: [ParameterBlock]
    /// For each block the index of its first parameter in the flat vector, and at the end the number of parameters.
    public let offsets: [Int]

    /// The number of parameters of the model.
    public var count: Int { offsets[offsets.count - 1] }

    /// Checks names, shapes, roles and sizes.
    public init(_ blocks: [ParameterBlock]) throws(SchemaError) {
        guard !blocks.isEmpty else { throw .noBlocks }
        guard blocks.count <= Self.blockCountMax else { throw .tooManyBlocks }
        var names: [(bytes: [UInt8], block: Int)] = []
        names.reserveCapacity(blocks.count)
        var offsets = [0]
        offsets.reserveCapacity(blocks.count + 1)
        var total = 0
        for (index, block) in blocks.enumerated() {
            let nameByteCount = block.name.utf8.count
            guard nameByteCount > 0, nameByteCount <= Self.nameByteCountMax else { throw .invalidName(block: index) }
            names.append((block.name.bytes, index))
            guard Self.isValid(block.role) else { throw .invalidRole(block: index) }
            guard block.shape.count <= Self.rankMax else { throw .invalidShape(block: index) }
            var size = 1
            for extent in block.shape {
                guard extent >= 1, extent <= Self.parameterCountMax else { throw .invalidShape(block: index) }
                size *= extent
                guard size <= Self.parameterCountMax else { throw .tooManyParameters }
            }
            total += size
            guard total <= Self.parameterCountMax else { throw .tooManyParameters }
            offsets.append(total)
        }
        names.heapSort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        for index in names.indices.dropFirst() where names[index].bytes == names[index - 1].bytes {
            throw .duplicateName(blocks[names[index].block].name)
        }
        self.blocks = blocks
        self.offsets = offsets
    }

    /// The flat indices of one block's parameters.
    public func parameterRange(ofBlock index: Int) -> Range<Int> {
        offsets[index]..<offsets[index + 1]
    }

    /// The flat indices of a contiguous range of blocks.
    public func parameterRange(ofBlocks range: Range<Int>) -> Range<Int> {
        offsets[range.lowerBound]..<offsets[range.upperBound]
    }

    private static func isValid(_ role: BlockRole) -> Bool {
        switch role {
        case .dense, .local: true
        case .router(let layer): (0...expertNumberMax).contains(layer)
        case .expert(let layer, let index):
            (0...expertNumberMax).contains(layer) && (0...expertNumberMax).contains(index)
        }
    }
}
