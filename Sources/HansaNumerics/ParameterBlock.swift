/// One named tensor of a model.
public struct ParameterBlock: Hashable, Sendable {
    /// The name, unique within its schema, for example `layers.0.weight`.
    public let name: String
    /// The extent of each dimension, row-major; `[out, in]` for a dense layer's weight.
    public let shape: [Int]
    /// What the block is for.
    public let role: BlockRole

    /// The number of parameters: the product of the extents.
    ///
    /// It cannot overflow once the block stands in a ``ParameterSchema``, which checks it.
    public var count: Int { shape.reduce(1, &*) }

    public init(name: String, shape: [Int], role: BlockRole = .dense) {
        self.name = name
        self.shape = shape
        self.role = role
    }

    public static func == (left: ParameterBlock, right: ParameterBlock) -> Bool {
        left.name.isSame(as: right.name) && left.shape == right.shape && left.role == right.role
    }
}
