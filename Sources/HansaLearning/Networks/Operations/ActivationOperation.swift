import CDNNL

/// max(0, x), in the memory of its input.
///
/// Dense layers and convolutions compute their own; this is the one behind anything else.
final class ActivationOperation: NetworkOperation {
    private let forwardPass: DNNLPrimitive
    private let backwardPass: DNNLPrimitive?

    init(_ tensor: Tensor, learns: Bool, on engine: DNNLEngine) throws(DNNLError) {
        let description = try Self.description(tensor.value.descriptor, on: engine)
        forwardPass = try DNNLPrimitive(
            description,
            [(DNNL_ARG_SRC, tensor.value), (DNNL_ARG_DST, tensor.value)],
            on: engine
        )
        backwardPass =
            tensor.gradient == nil ? nil : try Self.rectifierBackward(tensor, forward: description, on: engine)
    }

    func forward() throws(DNNLError) { try forwardPass.run() }
    func backward() throws(DNNLError) { try backwardPass?.run() }

    /// Sets the gradient of a rectified tensor to zero where its value is.
    static func rectifierBackward(
        _ tensor: Tensor,
        forward: DNNLDescription?,
        on engine: DNNLEngine
    ) throws(DNNLError) -> DNNLPrimitive {
        guard let gradient = tensor.gradient else {
            throw DNNLError(operation: "rectify without a gradient", status: 0)
        }
        let rectifier: DNNLDescription
        if let forward { rectifier = forward } else { rectifier = try description(tensor.value.descriptor, on: engine) }
        var operation = dnnl_eltwise_desc_t()
        var (data, change) = (tensor.value.descriptor.raw, gradient.descriptor.raw)
        try DNNLEngine.check(
            dnnl_eltwise_backward_desc_init(&operation, dnnl_eltwise_relu_use_dst_for_bwd, &change, &data, 0, 0),
            "describe a rectifier's gradient"
        )
        return try DNNLPrimitive(
            DNNLDescription(operation, forward: rectifier, on: engine),
            [(DNNL_ARG_DST, tensor.value), (DNNL_ARG_DIFF_DST, gradient), (DNNL_ARG_DIFF_SRC, gradient)],
            on: engine
        )
    }

    private static func description(
        _ layout: DNNLDescriptor,
        on engine: DNNLEngine
    ) throws(DNNLError) -> DNNLDescription {
        var operation = dnnl_eltwise_desc_t()
        var data = layout.raw
        try DNNLEngine.check(
            dnnl_eltwise_forward_desc_init(
                &operation,
                dnnl_forward_training,
                dnnl_eltwise_relu_use_dst_for_bwd,
                &data,
                0,
                0
            ),
            "describe a rectifier"
        )
        return try DNNLDescription(operation, on: engine)
    }
}
