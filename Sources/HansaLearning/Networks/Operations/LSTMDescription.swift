import CDNNL

/// The primitives of a long short-term memory.
struct LSTMDescription {
    /// Its blocks of parameters.
    struct Blocks {
        let inputs: ParameterStore.Block
        let states: ParameterStore.Block
        let bias: ParameterStore.Block
    }

    /// The forward pass and what the backward pass needs of it.
    struct Forward {
        let passes: [DNNLPrimitive]
        fileprivate let description: DNNLDescription
        /// What it leaves for the backward pass; nil where there is none.
        fileprivate let workspace: DNNLMemory?
    }

    /// The tensors of one pass, as oneDNN describes them: [steps, batch, width] and [1, 1, inputs, gates, units].
    private struct Layouts {
        var source: dnnl_memory_desc_t
        /// The states before the first step, [1, 1, batch, units].
        var start: dnnl_memory_desc_t
        var inputs: dnnl_memory_desc_t
        var states: dnnl_memory_desc_t
        var bias: dnnl_memory_desc_t
        var result: dnnl_memory_desc_t
    }

    private let engine: DNNLEngine
    private let learns: Bool
    private let batch: Int
    private let length: Int
    private let inputCount: Int
    private let unitCount: Int

    init(_ plan: LayerPlan, batch: Int, learns: Bool, on engine: DNNLEngine) {
        self.engine = engine
        self.learns = learns
        self.batch = batch
        inputCount = plan.input.channelCount
        unitCount = plan.output.channelCount
        length = plan.input.count / inputCount
    }

    func forward(_ blocks: Blocks, input: DNNLMemory, output: DNNLMemory) throws(DNNLError) -> Forward {
        var layouts = try layouts()
        var operation = dnnl_rnn_desc_t()
        let status = dnnl_lstm_forward_desc_init(
            &operation,
            learns ? dnnl_forward_training : dnnl_forward_inference,
            dnnl_unidirectional_left2right,
            &layouts.source,
            &layouts.start,
            &layouts.start,
            &layouts.inputs,
            &layouts.states,
            &layouts.bias,
            &layouts.result,
            nil,
            nil,
            0
        )
        try DNNLEngine.check(status, "describe an LSTM")
        let description = try DNNLDescription(operation, on: engine)
        let workspace =
            learns ? try DNNLMemory(description.descriptor(dnnl_query_workspace_md), on: engine) : nil
        var passes: [DNNLPrimitive] = []
        var tensors = try parameters(blocks, for: description, before: &passes)
        tensors += [
            (DNNL_ARG_SRC_LAYER, try steps(input, inputCount)), (DNNL_ARG_DST_LAYER, try steps(output, unitCount)),
        ]
        if let workspace { tensors.append((DNNL_ARG_WORKSPACE, workspace)) }
        passes.append(try DNNLPrimitive(description, tensors, on: engine))
        return Forward(passes: passes, description: description, workspace: workspace)
    }

    /// The backward pass and the gradients that it adds to; none where nothing learns.
    func backward(
        _ forward: Forward,
        _ blocks: Blocks,
        input: Tensor,
        output: Tensor
    ) throws(DNNLError) -> (passes: [DNNLPrimitive], sums: [DNNLMemory]) {
        guard let workspace = forward.workspace, let change = output.gradient,
            let inputChange = blocks.inputs.gradient, let stateChange = blocks.states.gradient,
            let biasChange = blocks.bias.gradient
        else { return ([], []) }
        let description = try backwardDescription(forward)
        var passes: [DNNLPrimitive] = []
        var tensors = try parameters(blocks, for: description, before: &passes)
        // oneDNN computes the input's gradient even where nobody wants it.
        let target: DNNLMemory
        if let own = input.gradient {
            target = own
        } else {
            target = try DNNLMemory(input.value.descriptor, on: engine)
        }
        let startChange = try DNNLMemory(startLayout(), on: engine)
        let startCellChange = try DNNLMemory(startLayout(), on: engine)
        let inputSum = try DNNLMemory(description.descriptor(dnnl_query_diff_weights_md), on: engine)
        let stateSum = try DNNLMemory(description.descriptor(dnnl_query_diff_weights_md, 1), on: engine)
        let biasSum = try DNNLMemory(sharing: biasChange, as: biasLayout(), on: engine)
        tensors += [
            (DNNL_ARG_SRC_LAYER, try steps(input.value, inputCount)),
            (DNNL_ARG_DST_LAYER, try steps(output.value, unitCount)),
            (DNNL_ARG_DIFF_DST_LAYER, try steps(change, unitCount)),
            (DNNL_ARG_DIFF_SRC_LAYER, try steps(target, inputCount)),
            (DNNL_ARG_DIFF_SRC_ITER, startChange), (DNNL_ARG_DIFF_SRC_ITER_C, startCellChange),
            (DNNL_ARG_DIFF_WEIGHTS_LAYER, inputSum), (DNNL_ARG_DIFF_WEIGHTS_ITER, stateSum),
            (DNNL_ARG_DIFF_BIAS, biasSum), (DNNL_ARG_WORKSPACE, workspace),
        ]
        passes.append(try DNNLPrimitive(description, tensors, on: engine))
        passes.append(try DNNLPrimitive(copying: inputSum, to: gates(inputChange, inputCount), on: engine))
        passes.append(try DNNLPrimitive(copying: stateSum, to: gates(stateChange, unitCount), on: engine))
        return (passes, [inputSum, stateSum, biasSum])
    }

    private func backwardDescription(_ forward: Forward) throws(DNNLError) -> DNNLDescription {
        var (layouts, changes) = (try layouts(), try layouts())
        var operation = dnnl_rnn_desc_t()
        let status = dnnl_lstm_backward_desc_init(
            &operation,
            dnnl_backward,
            dnnl_unidirectional_left2right,
            &layouts.source,
            &layouts.start,
            &layouts.start,
            &layouts.inputs,
            &layouts.states,
            &layouts.bias,
            &layouts.result,
            nil,
            nil,
            &changes.source,
            &changes.start,
            &changes.start,
            &changes.inputs,
            &changes.states,
            &changes.bias,
            &changes.result,
            nil,
            nil,
            0
        )
        try DNNLEngine.check(status, "describe an LSTM's gradient")
        return try DNNLDescription(operation, forward: forward.description, on: engine)
    }

    /// The parameters as a primitive wants them, and the copying of them before it.
    private func parameters(
        _ blocks: Blocks,
        for description: DNNLDescription,
        before passes: inout [DNNLPrimitive]
    ) throws(DNNLError) -> [(Int32, DNNLMemory)] {
        let inputs = try DNNLMemory(description.descriptor(dnnl_query_weights_md), on: engine)
        let states = try DNNLMemory(description.descriptor(dnnl_query_weights_md, 1), on: engine)
        passes.append(try DNNLPrimitive(copying: gates(blocks.inputs.value, inputCount), to: inputs, on: engine))
        passes.append(try DNNLPrimitive(copying: gates(blocks.states.value, unitCount), to: states, on: engine))
        // Zeros that nothing changes. Left out, oneDNN 2.6 takes what its workspace holds for the state before the first
        // step when it sums up the weights' gradient.
        let start = try DNNLMemory(startLayout(), on: engine)
        return [
            (DNNL_ARG_SRC_ITER, start), (DNNL_ARG_SRC_ITER_C, start),
            (DNNL_ARG_WEIGHTS_LAYER, inputs), (DNNL_ARG_WEIGHTS_ITER, states),
            (DNNL_ARG_BIAS, try DNNLMemory(sharing: blocks.bias.value, as: biasLayout(), on: engine)),
        ]
    }

    private func layouts() throws(DNNLError) -> Layouts {
        Layouts(
            source: try DNNLDescriptor([length, batch, inputCount], layout: dnnl_tnc).raw,
            start: try startLayout().raw,
            inputs: try DNNLDescriptor([1, 1, inputCount, 4, unitCount], layout: dnnl_format_tag_any).raw,
            states: try DNNLDescriptor([1, 1, unitCount, 4, unitCount], layout: dnnl_format_tag_any).raw,
            bias: try biasLayout().raw,
            result: try DNNLDescriptor([length, batch, unitCount], layout: dnnl_tnc).raw
        )
    }

    private func startLayout() throws(DNNLError) -> DNNLDescriptor {
        try DNNLDescriptor([1, 1, batch, unitCount], layout: dnnl_ldnc)
    }

    private func biasLayout() throws(DNNLError) -> DNNLDescriptor {
        try DNNLDescriptor([1, 1, 4, unitCount], layout: dnnl_ldgo)
    }

    /// A block of weights, [gates · units, inputs] in memory.
    private func gates(_ block: DNNLMemory, _ count: Int) throws(DNNLError) -> DNNLMemory {
        try DNNLMemory(
            sharing: block,
            as: DNNLDescriptor([1, 1, count, 4, unitCount], layout: dnnl_ldgoi),
            on: engine
        )
    }

    /// A sequence, [steps, batch, width] in memory.
    private func steps(_ sequence: DNNLMemory, _ width: Int) throws(DNNLError) -> DNNLMemory {
        try DNNLMemory(
            sharing: sequence,
            as: DNNLDescriptor([length, batch, width], layout: dnnl_tnc),
            on: engine
        )
    }
}
