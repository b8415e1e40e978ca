extension NetworkBuilder {
    /// The operations of these layers, one behind the other, and their output.
    func build(_ plans: [LayerPlan], from input: Tensor) throws(DNNLError) -> Tensor {
        var tensor = input
        var index = 0
        while index < plans.count {
            // Dense layers and convolutions rectify by themselves.
            let rectifies = index + 1 < plans.count && plans[index + 1].layer == .relu
            switch plans[index].layer {
            case .dense, .convolution:
                tensor = try linear(plans[index], input: tensor, rectifies: rectifies)
                index += rectifies ? 2 : 1
            default:
                tensor = try build(plans[index], from: tensor)
                index += 1
            }
        }
        return tensor
    }

    private func linear(_ plan: LayerPlan, input: Tensor, rectifies: Bool) throws(DNNLError) -> Tensor {
        var input = input
        if case .dense = plan.layer { input = try flatten(input) }
        return try LinearOperation.make(
            plan.layer,
            input: input,
            output: plan.output,
            rectifies: rectifies,
            first: plan.first,
            in: self
        )
    }

    /// The operations of any other layer, and their output.
    private func build(_ plan: LayerPlan, from input: Tensor) throws(DNNLError) -> Tensor {
        switch plan.layer {
        case .dense, .convolution: return try linear(plan, input: input, rectifies: false)
        case .maxPool(let window):
            return try PoolingOperation.make(window, isMaximum: true, input: input, output: plan.output, in: self)
        case .averagePool(let window):
            return try PoolingOperation.make(window, isMaximum: false, input: input, output: plan.output, in: self)
        case .globalAveragePool:
            let extents = plan.input.extents(batch: batch)
            let window = Window(size: Window.Extent(down: extents[2], across: extents[3]))
            return try PoolingOperation.make(window, isMaximum: false, input: input, output: plan.output, in: self)
        case .relu:
            let tensor = try own(input)
            append(try ActivationOperation(tensor, learns: learns, on: engine))
            return tensor
        case .gelu: return try GELUOperation.make(input, in: self)
        case .dropout(let rate):
            guard learns else { return input }
            let tensor = try own(input)
            append(DropoutOperation(tensor, rate: rate))
            return tensor
        case .layerNorm: return try normalization(.groups(1), plan, input: input)
        case .groupNorm(let groups): return try normalization(.groups(groups), plan, input: input)
        case .batchNorm: return try normalization(.batch, plan, input: input)
        case .embedding: return try embedding(plan, input: input)
        case .lstm: return try LSTMOperation.make(plan, input: input, in: self)
        case .lastStep: return try lastStep(plan, input: input)
        case .switchMoE(let mixture): return try self.mixture(mixture, plan, input: input)
        case .residual: return try residual(plan, input: input)
        }
    }
}
