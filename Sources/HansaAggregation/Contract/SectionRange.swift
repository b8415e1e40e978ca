/// The public range of the parameters of some blocks.
public struct SectionRange: Hashable, Sendable {
    /// The blocks by name; all blocks that no other section names where this is empty.
    public var blocks: [String]
    /// Coordinates are cut to ±`range`.
    public var range: Double

    public init(blocks: [String] = [], range: Double) {
        self.blocks = blocks
        self.range = range
    }
}
