import CDNNL

/// A long short-term memory over all steps of a sequence.
///
/// The blocks of parameters lie as [4 · units, inputs], gate by gate; oneDNN's own layouts of the weights are made of them
/// once a pass, which is little beside all steps.
final class LSTMOperation: NetworkOperation {
    private let forwardPass: [DNNLPrimitive]
    private let backwardPass: [DNNLPrimitive]
    /// Gradients that oneDNN adds to.
    private let sums: [DNNLMemory]

    private init(forward: [DNNLPrimitive], backward: [DNNLPrimitive], sums: [DNNLMemory]) {
        forwardPass = forward
        backwardPass = backward
        self.sums = sums
    }

    func forward() throws(DNNLError) {
        for pass in forwardPass { try pass.run() }
    }

    func backward() throws(DNNLError) {
        for sum in sums { sum.floats.update(repeating: 0, count: sum.floatCount) }
        for pass in backwardPass { try pass.run() }
    }

    /// The operation and its output.
    static func make(_ plan: LayerPlan, input: Tensor, in builder: NetworkBuilder) throws(DNNLError) -> Tensor {
        let input = try builder.reorder(input, to: builder.stepwise(plan.input))
        var output = try builder.tensor(
            plan.output,
            layout: builder.stepwise(plan.output),
            hasGradient: builder.learns
        )
        // The backward pass reads the states.
        output.isKept = true
        let description = LSTMDescription(plan, batch: builder.batch, learns: builder.learns, on: builder.engine)
        let blocks = LSTMDescription.Blocks(
            inputs: try builder.store.plainBlock(plan.first),
            states: try builder.store.plainBlock(plan.first + 1),
            bias: try builder.store.plainBlock(plan.first + 2)
        )
        let forward = try description.forward(blocks, input: input.value, output: output.value)
        let backward = try description.backward(forward, blocks, input: input, output: output)
        builder.append(LSTMOperation(forward: forward.passes, backward: backward.passes, sums: backward.sums))
        return output
    }
}
