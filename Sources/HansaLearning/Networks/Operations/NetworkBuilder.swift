import CDNNL

/// Puts a network's operations together, one behind the other, for batches of one size.
final class NetworkBuilder {
    let engine: DNNLEngine
    let store: ParameterStore
    let batch: Int
    /// Whether there will be backward passes.
    let learns: Bool
    private(set) var operations: [any NetworkOperation] = []
    private(set) var dropouts: [DropoutOperation] = []

    init(engine: DNNLEngine, store: ParameterStore, batch: Int, learns: Bool) {
        self.engine = engine
        self.store = store
        self.batch = batch
        self.learns = learns
    }

    func append(_ operation: some NetworkOperation) {
        operations.append(operation)
        if let dropout = operation as? DropoutOperation { dropouts.append(dropout) }
    }

    /// A batch of this shape in whatever layout the primitive likes.
    func any(_ shape: NetworkShape) throws(DNNLError) -> DNNLDescriptor {
        try DNNLDescriptor(shape.extents(batch: batch), layout: dnnl_format_tag_any)
    }

    /// A batch of this shape, row-major: channel by channel for images.
    func plain(_ shape: NetworkShape) throws(DNNLError) -> DNNLDescriptor {
        let extents = shape.extents(batch: batch)
        return try DNNLDescriptor(extents, layout: extents.count == 2 ? dnnl_ab : dnnl_abcd)
    }

    /// The tensor in another layout, with an operation that copies where the layouts differ.
    func reorder(_ tensor: Tensor, to layout: DNNLDescriptor) throws(DNNLError) -> Tensor {
        guard tensor.value.descriptor != layout else { return tensor }
        let copy = Tensor(
            shape: tensor.shape,
            value: try DNNLMemory(layout, on: engine),
            gradient: tensor.gradient == nil ? nil : try DNNLMemory(layout, on: engine)
        )
        append(try ReorderOperation(from: tensor, to: copy, on: engine))
        return copy
    }

    /// The tensor as a vector: channel by channel, row by row.
    func flatten(_ tensor: Tensor) throws(DNNLError) -> Tensor {
        guard case .image = tensor.shape else { return tensor }
        let image = try reorder(tensor, to: plain(tensor.shape))
        let shape = NetworkShape.vector(tensor.shape.count)
        let layout = try plain(shape)
        return Tensor(
            shape: shape,
            value: try DNNLMemory(sharing: image.value, as: layout, on: engine),
            gradient: try image.gradient.map { (gradient) throws(DNNLError) in
                try DNNLMemory(sharing: gradient, as: layout, on: engine)
            }
        )
    }
}
