import CDNNL

/// A dense layer or a convolution, with the rectifier that follows it where one does.
final class LinearOperation: NetworkOperation {
    private let forwardPass: DNNLPrimitive
    /// In this order: the rectifier, the parameters, then the input.
    private let backwardPass: [DNNLPrimitive]

    private init(forward: DNNLPrimitive, backward: [DNNLPrimitive]) {
        forwardPass = forward
        backwardPass = backward
    }

    func forward() throws(DNNLError) { try forwardPass.run() }

    func backward() throws(DNNLError) {
        for pass in backwardPass { try pass.run() }
    }

    /// The operation and its output.
    ///
    /// - Parameters:
    ///   - input: a tensor in any layout for a convolution; a plain vector for a dense layer.
    ///   - first: the number of the weights' block; the bias is the next.
    static func make(
        _ layer: Layer,
        input: Tensor,
        output shape: NetworkShape,
        rectifies: Bool,
        first: Int,
        in builder: NetworkBuilder
    ) throws(DNNLError) -> Tensor {
        let description = LinearDescription(layer, builder: builder)
        let engine = builder.engine
        let wanted = try description.forward(
            source: builder.any(input.shape),
            weights: builder.store.layout(of: first),
            bias: builder.store.layout(of: first + 1),
            destination: builder.any(shape),
            rectifies: rectifies
        )
        let input = try builder.reorder(input, to: wanted.descriptor(dnnl_query_src_md))
        let weights = try builder.store.block(first, layout: wanted.descriptor(dnnl_query_weights_md))
        let bias = try builder.store.block(first + 1, layout: builder.store.layout(of: first + 1))
        let layout = try wanted.descriptor(dnnl_query_dst_md)
        let output = Tensor(
            shape: shape,
            value: try DNNLMemory(layout, on: engine),
            gradient: builder.learns ? try DNNLMemory(layout, on: engine) : nil
        )
        let forward = try DNNLPrimitive(
            wanted,
            [
                (DNNL_ARG_SRC, input.value), (DNNL_ARG_WEIGHTS, weights.value), (DNNL_ARG_BIAS, bias.value),
                (DNNL_ARG_DST, output.value),
            ],
            on: engine
        )
        var backward: [DNNLPrimitive] = []
        if let outputGradient = output.gradient, let weightGradient = weights.gradient, let biasGradient = bias.gradient
        {
            if rectifies {
                backward.append(try ActivationOperation.rectifierBackward(output, forward: nil, on: engine))
            }
            backward += try description.parameterGradients(
                wanted,
                input: input.value,
                outputGradient: outputGradient,
                weights: weightGradient,
                bias: biasGradient
            )
            if let inputGradient = input.gradient {
                backward += try description.inputGradient(
                    wanted,
                    outputGradient: outputGradient,
                    weights: weights.value,
                    inputGradient: inputGradient
                )
            }
        }
        builder.append(LinearOperation(forward: forward, backward: backward))
        return output
    }
}
