import CDNNL

/// The largest value or the mean of each window.
final class PoolingOperation: NetworkOperation {
    private let forwardPass: DNNLPrimitive
    private let backwardPass: DNNLPrimitive?

    private init(forward: DNNLPrimitive, backward: DNNLPrimitive?) {
        forwardPass = forward
        backwardPass = backward
    }

    func forward() throws(DNNLError) { try forwardPass.run() }
    func backward() throws(DNNLError) { try backwardPass?.run() }

    static func make(
        _ window: Window,
        isMaximum: Bool,
        input: Tensor,
        output shape: NetworkShape,
        in builder: NetworkBuilder
    ) throws(DNNLError) -> Tensor {
        let engine = builder.engine
        let algorithm = isMaximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding
        let (stride, size, padding) = (window.stride.values, window.size.values, window.padding.values)
        var source = input.value.descriptor.raw
        var destination = try builder.any(shape).raw
        var operation = dnnl_pooling_desc_t()
        let purpose = builder.learns ? dnnl_forward_training : dnnl_forward_inference
        try DNNLEngine.check(
            dnnl_pooling_forward_desc_init(
                &operation,
                purpose,
                algorithm,
                &source,
                &destination,
                stride,
                size,
                padding,
                padding
            ),
            "describe a pooling"
        )
        let description = try DNNLDescription(operation, on: engine)
        let layout = try description.descriptor(dnnl_query_dst_md)
        let output = Tensor(
            shape: shape,
            value: try DNNLMemory(layout, on: engine),
            gradient: input.gradient == nil ? nil : try DNNLMemory(layout, on: engine)
        )
        // Where the largest value was.
        let places =
            isMaximum && builder.learns
            ? try DNNLMemory(description.descriptor(dnnl_query_workspace_md), on: engine) : nil
        let extra = places.map { [(DNNL_ARG_WORKSPACE, $0)] } ?? []
        let forward = try DNNLPrimitive(
            description,
            [(DNNL_ARG_SRC, input.value), (DNNL_ARG_DST, output.value)] + extra,
            on: engine
        )
        var backward: DNNLPrimitive?
        if let change = output.gradient, let target = input.gradient {
            var (changeLayout, targetLayout) = (change.descriptor.raw, target.descriptor.raw)
            var operation = dnnl_pooling_desc_t()
            try DNNLEngine.check(
                dnnl_pooling_backward_desc_init(
                    &operation,
                    algorithm,
                    &targetLayout,
                    &changeLayout,
                    stride,
                    size,
                    padding,
                    padding
                ),
                "describe a pooling's gradient"
            )
            backward = try DNNLPrimitive(
                DNNLDescription(operation, forward: description, on: engine),
                [(DNNL_ARG_DIFF_DST, change), (DNNL_ARG_DIFF_SRC, target)] + extra,
                on: engine
            )
        }
        builder.append(PoolingOperation(forward: forward, backward: backward))
        return output
    }
}
