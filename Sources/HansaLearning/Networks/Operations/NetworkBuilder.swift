import CDNNL

/// Puts a network's operations together, one behind the other, for batches of one size.
final class NetworkBuilder {
    let engine: DNNLEngine
    let store: ParameterStore
    let batch: Int
    /// Whether there will be backward passes.
    let learns: Bool
    /// How much of the batch is in use.
    let rows = BatchRows()
    private(set) var operations: [any NetworkOperation] = []
    private(set) var dropouts: [DropoutOperation] = []
    private(set) var mixtures: [MixtureOperation] = []

    init(engine: DNNLEngine, store: ParameterStore, batch: Int, learns: Bool) {
        self.engine = engine
        self.store = store
        self.batch = batch
        self.learns = learns
    }

    func append(_ operation: some NetworkOperation) {
        operations.append(operation)
        if let dropout = operation as? DropoutOperation { dropouts.append(dropout) }
        if let mixture = operation as? MixtureOperation { mixtures.append(mixture) }
    }

    /// A batch of this shape in whatever layout the primitive likes.
    func any(_ shape: NetworkShape) throws(DNNLError) -> DNNLDescriptor {
        try DNNLDescriptor(shape.extents(batch: batch), layout: dnnl_format_tag_any)
    }

    /// A batch of this shape, row-major: channel by channel for images.
    func plain(_ shape: NetworkShape) throws(DNNLError) -> DNNLDescriptor {
        try .plain(shape.extents(batch: batch))
    }

    /// A new tensor in this layout.
    func tensor(
        _ shape: NetworkShape,
        layout: DNNLDescriptor,
        hasGradient: Bool
    ) throws(DNNLError) -> Tensor {
        Tensor(
            shape: shape,
            value: try DNNLMemory(layout, on: engine),
            gradient: hasGradient ? try DNNLMemory(layout, on: engine) : nil
        )
    }

    /// The same numbers, read in another shape and layout that take as many bytes.
    func view(_ tensor: Tensor, _ shape: NetworkShape, as layout: DNNLDescriptor) throws(DNNLError) -> Tensor {
        Tensor(
            shape: shape,
            value: try DNNLMemory(sharing: tensor.value, as: layout, on: engine),
            gradient: try tensor.gradient.map { (gradient) throws(DNNLError) in
                try DNNLMemory(sharing: gradient, as: layout, on: engine)
            },
            isKept: tensor.isKept
        )
    }

    /// The tensor for an operation that changes it in place: a copy where something else reads it again.
    func own(_ tensor: Tensor) throws(DNNLError) -> Tensor {
        guard tensor.isKept else { return tensor }
        let copy = try self.tensor(
            tensor.shape,
            layout: tensor.value.descriptor,
            hasGradient: tensor.gradient != nil
        )
        append(try ReorderOperation(from: tensor, to: copy, on: engine))
        return copy
    }

    /// The tensor in another layout, with an operation that copies where the layouts differ.
    func reorder(_ tensor: Tensor, to layout: DNNLDescriptor) throws(DNNLError) -> Tensor {
        guard tensor.value.descriptor != layout else { return tensor }
        let copy = try self.tensor(tensor.shape, layout: layout, hasGradient: tensor.gradient != nil)
        append(try ReorderOperation(from: tensor, to: copy, on: engine))
        return copy
    }

    /// The tensor as a vector: an image channel by channel, row by row.
    func flatten(_ tensor: Tensor) throws(DNNLError) -> Tensor {
        if case .vector = tensor.shape { return tensor }
        let shape = NetworkShape.vector(tensor.shape.count)
        return try view(reorder(tensor, to: plain(tensor.shape)), shape, as: plain(shape))
    }
}
