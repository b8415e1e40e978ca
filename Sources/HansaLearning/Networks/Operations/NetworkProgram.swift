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
        var tensor = Tensor(shape: architecture.input, value: input, gradient: nil)
        var next = 0
        var index = 0
        while index < architecture.layers.count {
            let layer = architecture.layers[index]
            let shape = architecture.shapes[index]
            switch layer {
            case .dense, .convolution:
                if case .dense = layer { tensor = try builder.flatten(tensor) }
                let rectifies = index + 1 < architecture.layers.count && architecture.layers[index + 1] == .relu
                tensor = try LinearOperation.make(
                    layer,
                    input: tensor,
                    output: shape,
                    rectifies: rectifies,
                    first: next,
                    in: builder
                )
                next += 2
                if rectifies { index += 1 }
            case .maxPool(let window), .averagePool(let window):
                var isMaximum = false
                if case .maxPool = layer { isMaximum = true }
                tensor = try PoolingOperation.make(
                    window,
                    isMaximum: isMaximum,
                    input: tensor,
                    output: shape,
                    in: builder
                )
            case .relu: builder.append(try ActivationOperation(tensor, learns: learns, on: engine))
            case .dropout(let rate):
                if learns { builder.append(DropoutOperation(tensor, rate: rate)) }
            }
            index += 1
        }
        tensor = try builder.reorder(tensor, to: builder.plain(tensor.shape))
        self.batch = batch
        self.input = input
        scores = tensor.value
        scoreGradient = tensor.gradient
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
