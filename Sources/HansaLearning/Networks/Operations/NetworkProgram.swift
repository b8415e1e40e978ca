import CDNNL

/// A network made ready for batches of one size: every primitive and every tensor.
final class NetworkProgram {
    let batch: Int
    /// The examples: images as they lie in data sets, row by row with the channels of a pixel together; else vectors.
    let input: DNNLMemory
    /// The class scores, [batch, classes].
    let scores: DNNLMemory
    /// The loss's derivative by the scores; nil where the program only measures.
    let scoreGradient: DNNLMemory?
    /// How many of the rows hold examples.
    let rows: BatchRows
    let dropouts: [DropoutOperation]

    private let operations: [any NetworkOperation]

    init(
        _ architecture: NetworkArchitecture,
        batch: Int,
        store: ParameterStore,
        learns: Bool,
        on engine: DNNLEngine
    ) throws(DNNLError) {
        let builder = NetworkBuilder(engine: engine, store: store, batch: batch, learns: learns)
        let extents = architecture.input.extents(batch: batch)
        let layout = try DNNLDescriptor(extents, layout: extents.count == 2 ? dnnl_ab : dnnl_acdb)
        let input = try DNNLMemory(layout, on: engine)
        let start = Tensor(shape: architecture.input, value: input, gradient: nil)
        var tensor = try builder.build(architecture.plans, from: start)
        tensor = try builder.reorder(tensor, to: builder.plain(tensor.shape))
        self.batch = batch
        self.input = input
        scores = tensor.value
        scoreGradient = tensor.gradient
        rows = builder.rows
        dropouts = builder.dropouts
        operations = builder.operations
    }

    func forward() throws(DNNLError) {
        for operation in operations { try operation.forward() }
    }

    func backward() throws(DNNLError) {
        for operation in operations.reversed() { try operation.backward() }
    }
}
