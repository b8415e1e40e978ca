import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy

/// The last step of every runner: what came of a training becomes the plan's bytes.
enum TrainingEncoder {
    static func encode(
        _ training: Result<TrainedModel, RefusalReason>,
        model: [Float],
        plan: RoundPlan,
        schema: ParameterSchema,
        streams: TrainingStreams
    ) -> Result<TrainedUpdate, RefusalReason> {
        let noiseKey: NoiseKey?
        do throws(PrivacyError) { noiseKey = try streams.noiseKey(for: plan) } catch { return .failure(.policy) }
        return UpdateEncoder.encode(
            training,
            model: model,
            plan: plan,
            schema: schema,
            words: streams.stream(.rounding),
            noiseKey: noiseKey
        )
    }
}
