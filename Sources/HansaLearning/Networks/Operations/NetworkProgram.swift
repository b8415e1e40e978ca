/// A network made ready for batches of one size: every primitive and every tensor.
final class NetworkProgram {
    let batch: Int
    /// The examples, row-major: images channel by channel, sequences step by step.
    let input: DNNLMemory
    /// The class scores, [batch, classes].
    let scores: DNNLMemory
    /// The loss's derivative by the scores; nil where the program only measures.
    let scoreGradient: DNNLMemory?
    /// How many of the rows hold examples.
    let rows: BatchRows
    let dropouts: [DropoutOperation]
    let mixtures: [MixtureOperation]

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
        let input = try DNNLMemory(.plain(extents), on: engine)
        let start = Tensor(shape: architecture.input, value: input, gradient: nil)
        var tensor = try builder.build(architecture.plans, from: start)
        tensor = try builder.reorder(tensor, to: builder.plain(tensor.shape))
        self.batch = batch
        self.input = input
        scores = tensor.value
        scoreGradient = tensor.gradient
        rows = builder.rows
        dropouts = builder.dropouts
        mixtures = builder.mixtures
        operations = builder.operations
    }

    /// What layers add to each example's loss, over the last batch.
    var penalty: Double { mixtures.reduce(0) { $0 + $1.penalty } }

    func forward() throws(DNNLError) {
        for operation in operations { try operation.forward() }
    }

    func backward() throws(DNNLError) {
        for operation in operations.reversed() { try operation.backward() }
    }
}
