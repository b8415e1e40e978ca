import CDNNL

/// A row of a table for each token of each example.
final class EmbeddingOperation: NetworkOperation {
    private let tokens: DNNLMemory
    private let output: Tensor
    private let table: ParameterStore.Block
    private let rows: BatchRows
    private let batch: Int
    private let length: Int
    private let width: Int

    /// - Parameters:
    ///   - tokens: [batch, length], each below the table's length: a workspace checked them.
    ///   - output: [length, batch, width] in memory.
    init(tokens: Tensor, output: Tensor, table: ParameterStore.Block, in builder: NetworkBuilder) {
        self.tokens = tokens.value
        self.output = output
        self.table = table
        rows = builder.rows
        batch = builder.batch
        width = output.shape.channelCount
        length = tokens.shape.count
    }

    func forward() throws(DNNLError) {
        let (source, target, values) = (tokens.floats, output.value.floats, table.value.floats)
        for row in 0..<batch {
            for step in 0..<length {
                let token = Int(source[row * length + step])
                (target + (step * batch + row) * width).update(from: values + token * width, count: width)
            }
        }
    }

    func backward() throws(DNNLError) {
        guard let gradient = table.gradient, let changes = output.gradient?.floats else { return }
        let source = tokens.floats
        gradient.floats.update(repeating: 0, count: gradient.floatCount)
        for row in 0..<min(rows.count, batch) {
            for step in 0..<length {
                let target = gradient.floats + Int(source[row * length + step]) * width
                let change = changes + (step * batch + row) * width
                for index in 0..<width { target[index] += change[index] }
            }
        }
    }
}

extension NetworkBuilder {
    /// The layout of a sequence step by step, each with all examples: [length, batch, width], as recurrent layers have it.
    func stepwise(_ shape: NetworkShape) throws(DNNLError) -> DNNLDescriptor {
        try DNNLDescriptor(shape.extents(batch: batch), layout: dnnl_bac)
    }

    /// An embedding and its output.
    func embedding(_ plan: LayerPlan, input: Tensor) throws(DNNLError) -> Tensor {
        let output = try tensor(plan.output, layout: stepwise(plan.output), hasGradient: learns)
        let table = try store.plainBlock(plan.first)
        append(EmbeddingOperation(tokens: input, output: output, table: table, in: self))
        return output
    }

    /// The last step of a sequence, where it lies.
    ///
    /// Nothing else writes to the sequence's gradient, so that those of all other steps stay zero.
    func lastStep(_ plan: LayerPlan, input: Tensor) throws(DNNLError) -> Tensor {
        let sequence = try reorder(input, to: stepwise(plan.input))
        let layout = try plain(plan.output)
        let offset = batch * (plan.input.count - plan.output.count)
        return Tensor(
            shape: plan.output,
            value: try DNNLMemory(sharing: sequence.value, as: layout, offset: offset, on: engine),
            gradient: try sequence.gradient.map { (gradient) throws(DNNLError) in
                try DNNLMemory(sharing: gradient, as: layout, offset: offset, on: engine)
            },
            isKept: sequence.isKept
        )
    }
}
