import CDNNL

extension NetworkBuilder {
    /// What shares a mean and a variance.
    enum NormalizationSets {
        /// As many groups of channels in each example.
        case groups(Int)
        /// Each channel, over the whole batch.
        case batch
    }

    /// A layer, group or batch norm and its output.
    func normalization(
        _ sets: NormalizationSets,
        _ plan: LayerPlan,
        input: Tensor
    ) throws(DNNLError) -> Tensor {
        guard case .image = input.shape else { return try rowNormalization(sets, plan, input: input) }
        let layout = try DNNLDescriptor(input.shape.extents(batch: batch), layout: dnnl_aBcd16b)
        return try normalize(sets, plan, input: reorder(input, to: layout), rowsPerExample: 1)
    }

    /// The same for vectors and for the steps of sequences: images of one pixel.
    private func rowNormalization(
        _ sets: NormalizationSets,
        _ plan: LayerPlan,
        input: Tensor
    ) throws(DNNLError) -> Tensor {
        let width = plan.input.channelCount
        let rowsPerExample = plan.input.count / width
        let extents = [batch * rowsPerExample, width, 1, 1]
        let plainLayout = try plain(plan.input)
        let rowLayout = try DNNLDescriptor.plain(extents)
        let blocked = try DNNLDescriptor(extents, layout: dnnl_aBcd16b)
        let rows = try view(reorder(input, to: plainLayout), plan.input, as: rowLayout)
        // Rows of a multiple of sixteen lie in memory as they should.
        let isBlocked = width.isMultiple(of: 16)
        let source = isBlocked ? try view(rows, plan.input, as: blocked) : try reorder(rows, to: blocked)
        let result = try normalize(sets, plan, input: source, rowsPerExample: rowsPerExample)
        return try view(isBlocked ? result : reorder(result, to: rowLayout), plan.output, as: plainLayout)
    }

    private func normalize(
        _ sets: NormalizationSets,
        _ plan: LayerPlan,
        input: Tensor,
        rowsPerExample: Int
    ) throws(DNNLError) -> Tensor {
        let output = try tensor(plan.output, layout: input.value.descriptor, hasGradient: learns)
        let own: NormalizationOperation.Sets =
            switch sets {
            case .groups(let groups): .groups(groups)
            case .batch:
                .batch(mean: try store.plainBlock(plan.first + 2), variance: try store.plainBlock(plan.first + 3))
            }
        append(
            NormalizationOperation(
                input: input,
                output: output,
                sets: own,
                scale: try store.plainBlock(plan.first),
                shift: try store.plainBlock(plan.first + 1),
                rowsPerExample: rowsPerExample,
                in: self
            )
        )
        return output
    }
}
