import CDNNL

/// x · Φ(x), by oneDNN's `eltwise_gelu_erf`.
final class GELUOperation: NetworkOperation {
    private let forwardPass: DNNLPrimitive
    private let backwardPass: DNNLPrimitive?

    private init(forward: DNNLPrimitive, backward: DNNLPrimitive?) {
        forwardPass = forward
        backwardPass = backward
    }

    func forward() throws(DNNLError) { try forwardPass.run() }
    func backward() throws(DNNLError) { try backwardPass?.run() }

    static func make(_ input: Tensor, in builder: NetworkBuilder) throws(DNNLError) -> Tensor {
        let engine = builder.engine
        var data = input.value.descriptor.raw
        var operation = dnnl_eltwise_desc_t()
        let purpose = builder.learns ? dnnl_forward_training : dnnl_forward_inference
        try DNNLEngine.check(
            dnnl_eltwise_forward_desc_init(&operation, purpose, dnnl_eltwise_gelu_erf, &data, 0, 0),
            "describe a GELU"
        )
        let description = try DNNLDescription(operation, on: engine)
        let output = try builder.tensor(
            input.shape,
            layout: input.value.descriptor,
            hasGradient: input.gradient != nil
        )
        let forward = try DNNLPrimitive(
            description,
            [(DNNL_ARG_SRC, input.value), (DNNL_ARG_DST, output.value)],
            on: engine
        )
        var backward: DNNLPrimitive?
        if let change = output.gradient, let target = input.gradient {
            var operation = dnnl_eltwise_desc_t()
            var gradient = change.descriptor.raw
            try DNNLEngine.check(
                dnnl_eltwise_backward_desc_init(&operation, dnnl_eltwise_gelu_erf, &gradient, &data, 0, 0),
                "describe a GELU's gradient"
            )
            backward = try DNNLPrimitive(
                DNNLDescription(operation, forward: description, on: engine),
                [(DNNL_ARG_SRC, input.value), (DNNL_ARG_DIFF_DST, change), (DNNL_ARG_DIFF_SRC, target)],
                on: engine
            )
        }
        builder.append(GELUOperation(forward: forward, backward: backward))
        return output
    }
}
