public import HansaNumerics
public import HansaQuantization

/// The stations between a trained model and the bytes that leave a device, and their mirror on the coordinator.
///
/// Client half, in this order: delta = local − received, weight, clip, round to the plan's lattice, noise, pack.
/// Coordinator half: verify the bytes against the plan; sums and dequantization follow in the aggregator.
public enum UpdatePipeline {
    /// Turns `local` (trained parameters, consumed as scratch space) into an update of the plan.
    ///
    /// - Parameters:
    ///   - local: the trained parameters, in schema order.
    ///   - received: the round's model, in schema order.
    ///   - sampleCount: the examples trained on.
    ///   - words: randomness for rounding; never for noise.
    public static func encode(
        local: consuming [Float],
        received: [Float],
        sampleCount: Int,
        plan: RoundPlan,
        schema: ParameterSchema,
        words: inout some RandomWords
    ) throws(PipelineError) -> EncodedUpdate {
        guard local.count == schema.count else {
            throw .wrongParameterCount(got: local.count, expected: schema.count)
        }
        guard received.count == schema.count else {
            throw .wrongParameterCount(got: received.count, expected: schema.count)
        }
        guard sampleCount >= 1 else { throw .noExamples }
        var delta = local
        FloatVector.subtract(received, from: &delta)
        let factor = plan.weighting.clientFactor(sampleCount: sampleCount)
        if factor != 1 { FloatVector.scale(&delta, by: Float(factor)) }
        do throws(QuantizationError) {
            var update =
                switch plan.clip {
                case .none: try roundIndependently(delta, plan: plan, schema: schema, words: &words)
                case .l1(let bound): try roundJointly(&delta, plan: plan, schema: schema) { (values, lattice) throws(QuantizationError) in
                    let wasClipped = try Clipping.clipL1(&values, bound: bound)
                    return (
                        try SystematicRounding.round(values, clip: bound, lattice: lattice, offset: words.next64()),
                        wasClipped
                    )
                }
                case .l2(let bound): try roundJointly(&delta, plan: plan, schema: schema) { (values, lattice) throws(QuantizationError) in
                    let wasClipped = try Clipping.clipL2(&values, bound: bound)
                    return (
                        try ConditionalRounding.round(values, clip: bound, lattice: lattice, key: words.next64()),
                        wasClipped
                    )
                }
                }
            update.declaredSampleCount = plan.weighting.declaredSampleCount(of: sampleCount)
            return update
        } catch {
            throw .quantization(error)
        }
    }
}
