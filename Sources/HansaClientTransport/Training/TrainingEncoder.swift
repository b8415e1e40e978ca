import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy

/// The last step of every runner: trained parameters become the plan's bytes.
enum TrainingEncoder {
    static func encode(
        _ trained: [Float],
        model: [Float],
        summary: TrainingSummary,
        sampleCount: Int,
        plan: RoundPlan,
        schema: ParameterSchema,
        streams: TrainingStreams
    ) -> Result<TrainedUpdate, RefusalReason> {
        var words = streams.stream(.rounding)
        let noiseKey: NoiseKey?
        do throws(PrivacyError) { noiseKey = try streams.noiseKey(for: plan) } catch { return .failure(.policy) }
        do throws(PipelineError) {
            let encoded = try UpdatePipeline.encode(
                local: trained,
                received: model,
                sampleCount: sampleCount,
                plan: plan,
                schema: schema,
                words: &words,
                noiseKey: noiseKey
            )
            return .success(TrainedUpdate(encoded: encoded, summary: summary))
        } catch {
            return .failure(.trainingFailed)
        }
    }
}
