import CDNNL

/// The primitives of a dense layer or a convolution.
///
/// The gradients have the layouts of the values that they belong to. Where the backward pass of a convolution wants its
/// weights in another layout, they are copied: they are few. A dense layer's are many, and stay. Images are copied only
/// where oneDNN would compute with its slow loops otherwise.
struct LinearDescription {
    /// Stride and padding in both directions; nil for a dense layer.
    private let geometry: (stride: [Int64], padding: [Int64])?
    private let engine: DNNLEngine
    private let purpose: dnnl_prop_kind_t

    init(_ layer: Layer, builder: NetworkBuilder) {
        if case .convolution(_, let window) = layer {
            geometry = (window.stride.values, window.padding.values)
        } else {
            geometry = nil
        }
        engine = builder.engine
        purpose = builder.learns ? dnnl_forward_training : dnnl_forward_inference
    }

    func forward(
        source: DNNLDescriptor,
        weights: DNNLDescriptor,
        bias: DNNLDescriptor,
        destination: DNNLDescriptor,
        rectifies: Bool
    ) throws(DNNLError) -> DNNLDescription {
        var (source, weights, bias, destination) = (source.raw, weights.raw, bias.raw, destination.raw)
        let purpose = purpose
        return try describe(rectifies: rectifies) { operation in
            dnnl_inner_product_forward_desc_init(&operation, purpose, &source, &weights, &bias, &destination)
        } convolution: { operation, stride, padding in
            dnnl_convolution_forward_desc_init(
                &operation,
                purpose,
                dnnl_convolution_direct,
                &source,
                &weights,
                &bias,
                &destination,
                stride,
                padding,
                padding
            )
        }
    }

    /// The gradients of weights and bias.
    func parameterGradients(
        _ forward: DNNLDescription,
        input: DNNLMemory,
        outputGradient: DNNLMemory,
        weights: DNNLMemory,
        bias: DNNLMemory
    ) throws(DNNLError) -> [DNNLPrimitive] {
        let weightLayout = try free(weights.descriptor)
        var description = try parameterPass(
            forward,
            source: input.descriptor,
            weights: geometry == nil ? weights.descriptor : weightLayout,
            bias: bias.descriptor,
            destination: outputGradient.descriptor
        )
        if description.isReference {
            description = try parameterPass(
                forward,
                source: free(input.descriptor),
                weights: weightLayout,
                bias: bias.descriptor,
                destination: free(outputGradient.descriptor)
            )
        }
        return try passes(
            description,
            inputs: [
                (DNNL_ARG_SRC, input, dnnl_query_src_md), (DNNL_ARG_DIFF_DST, outputGradient, dnnl_query_diff_dst_md),
            ],
            output: (DNNL_ARG_DIFF_WEIGHTS, weights, dnnl_query_diff_weights_md),
            others: [(DNNL_ARG_DIFF_BIAS, bias)]
        )
    }

    /// The gradient of the input.
    func inputGradient(
        _ forward: DNNLDescription,
        outputGradient: DNNLMemory,
        weights: DNNLMemory,
        inputGradient: DNNLMemory
    ) throws(DNNLError) -> [DNNLPrimitive] {
        let weightLayout = try free(weights.descriptor)
        var description = try inputPass(
            forward,
            source: inputGradient.descriptor,
            weights: geometry == nil ? weights.descriptor : weightLayout,
            destination: outputGradient.descriptor
        )
        if description.isReference {
            description = try inputPass(
                forward,
                source: free(inputGradient.descriptor),
                weights: weightLayout,
                destination: free(outputGradient.descriptor)
            )
        }
        return try passes(
            description,
            inputs: [
                (DNNL_ARG_DIFF_DST, outputGradient, dnnl_query_diff_dst_md),
                (DNNL_ARG_WEIGHTS, weights, dnnl_query_weights_md),
            ],
            output: (DNNL_ARG_DIFF_SRC, inputGradient, dnnl_query_diff_src_md)
        )
    }

    /// The primitive with its tensors, and the copying of those that it wants in another layout than they have.
    private func passes(
        _ description: DNNLDescription,
        inputs: [(argument: Int32, memory: DNNLMemory, layout: dnnl_query_t)],
        output: (argument: Int32, memory: DNNLMemory, layout: dnnl_query_t),
        others: [(Int32, DNNLMemory)] = []
    ) throws(DNNLError) -> [DNNLPrimitive] {
        var passes: [DNNLPrimitive] = []
        var tensors = others
        for input in inputs {
            let layout = try description.descriptor(input.layout)
            tensors.append((input.argument, try copy(input.memory, to: layout, before: &passes)))
        }
        let layout = try description.descriptor(output.layout)
        let isOwn = layout == output.memory.descriptor
        let target = isOwn ? output.memory : try DNNLMemory(layout, on: engine)
        tensors.append((output.argument, target))
        passes.append(try DNNLPrimitive(description, tensors, on: engine))
        if !isOwn { passes.append(try DNNLPrimitive(copying: target, to: output.memory, on: engine)) }
        return passes
    }

    /// The same extents in whatever layout the primitive likes.
    private func free(_ descriptor: DNNLDescriptor) throws(DNNLError) -> DNNLDescriptor {
        try DNNLDescriptor(descriptor.extents, layout: dnnl_format_tag_any)
    }

    /// The tensor in another layout, and the copying of it where the layouts differ.
    private func copy(
        _ memory: DNNLMemory,
        to layout: DNNLDescriptor,
        before passes: inout [DNNLPrimitive]
    ) throws(DNNLError) -> DNNLMemory {
        guard memory.descriptor != layout else { return memory }
        let copy = try DNNLMemory(layout, on: engine)
        passes.append(try DNNLPrimitive(copying: memory, to: copy, on: engine))
        return copy
    }

    private func parameterPass(
        _ forward: DNNLDescription,
        source: DNNLDescriptor,
        weights: DNNLDescriptor,
        bias: DNNLDescriptor,
        destination: DNNLDescriptor
    ) throws(DNNLError) -> DNNLDescription {
        var (source, weights, bias, destination) = (source.raw, weights.raw, bias.raw, destination.raw)
        return try describe(forward: forward) { operation in
            dnnl_inner_product_backward_weights_desc_init(&operation, &source, &weights, &bias, &destination)
        } convolution: { operation, stride, padding in
            dnnl_convolution_backward_weights_desc_init(
                &operation,
                dnnl_convolution_direct,
                &source,
                &weights,
                &bias,
                &destination,
                stride,
                padding,
                padding
            )
        }
    }

    private func inputPass(
        _ forward: DNNLDescription,
        source: DNNLDescriptor,
        weights: DNNLDescriptor,
        destination: DNNLDescriptor
    ) throws(DNNLError) -> DNNLDescription {
        var (source, weights, destination) = (source.raw, weights.raw, destination.raw)
        return try describe(forward: forward) { operation in
            dnnl_inner_product_backward_data_desc_init(&operation, &source, &weights, &destination)
        } convolution: { operation, stride, padding in
            dnnl_convolution_backward_data_desc_init(
                &operation,
                dnnl_convolution_direct,
                &source,
                &weights,
                &destination,
                stride,
                padding,
                padding
            )
        }
    }

    /// One of the three passes, of whichever kind this layer is.
    private func describe(
        forward: DNNLDescription? = nil,
        rectifies: Bool = false,
        dense: (inout dnnl_inner_product_desc_t) -> dnnl_status_t,
        convolution: (inout dnnl_convolution_desc_t, _ stride: [Int64], _ padding: [Int64]) -> dnnl_status_t
    ) throws(DNNLError) -> DNNLDescription {
        guard let geometry else {
            var operation = dnnl_inner_product_desc_t()
            try DNNLEngine.check(dense(&operation), "describe a dense layer")
            return try DNNLDescription(operation, forward: forward, rectifies: rectifies, on: engine)
        }
        var operation = dnnl_convolution_desc_t()
        let status = convolution(&operation, geometry.stride, geometry.padding)
        try DNNLEngine.check(status, "describe a convolution")
        return try DNNLDescription(operation, forward: forward, rectifies: rectifies, on: engine)
    }
}
