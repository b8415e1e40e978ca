public import HansaQuantization

/// How the parameters of a contiguous range of blocks travel.
public struct SectionPlan: Hashable, Sendable {
    /// How a section's parameters become bytes.
    public enum Encoding: Hashable, Sendable {
        /// Little-endian float32; models only, updates are always integers.
        case float32
        /// Integers of a public lattice, packed vertically.
        case packed(Lattice, BitWidth)
    }

    /// The blocks, by their index in the schema.
    public var blocks: Range<Int>
    public var encoding: Encoding

    public init(blocks: Range<Int>, encoding: Encoding) {
        self.blocks = blocks
        self.encoding = encoding
    }

    /// How many bytes `parameterCount` parameters take.
    public func byteCount(parameterCount: Int) -> Int {
        switch encoding {
        case .float32: 4 * parameterCount
        case .packed(_, let width): PackedLayout.byteCount(count: parameterCount, width: width)
        }
    }
}
