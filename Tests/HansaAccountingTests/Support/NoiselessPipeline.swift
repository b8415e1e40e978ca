import HansaCore
import HansaNumerics
import HansaQuantization

/// What the client's pipeline sends under a plan of one section without noise.
enum NoiselessPipeline {
    static func integers(_ trained: [Float], plan: RoundPlan, schema: ParameterSchema) throws -> [Int32] {
        guard case .packed(_, let width) = plan.up.first?.encoding else { return [] }
        var words = RandomStream(seed: 1, purpose: .rounding)
        let update = try UpdatePipeline.encode(
            local: trained,
            received: [Float](repeating: 0, count: schema.count),
            sampleCount: 1,
            plan: plan,
            schema: schema,
            words: &words
        )
        return try PackedLayout.unpack(update.payload, count: schema.count, width: width)
    }
}
