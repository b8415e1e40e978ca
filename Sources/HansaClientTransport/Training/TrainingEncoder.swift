import HansaClient
import HansaCore
import HansaNumerics

/// The last step of every runner: trained parameters become the plan's bytes.
enum TrainingEncoder {
    static func encode(
        _ trained: [Float],
        model: [Float],
        summary: TrainingSummary,
        sampleCount: Int,
        plan: RoundPlan,
        schema: ParameterSchema,
        words: RandomStream
    ) -> Result<TrainedUpdate, RefusalReason> {
        var words = words
        do throws(PipelineError) {
            let encoded = try UpdatePipeline.encode(
                local: trained,
                received: model,
                sampleCount: sampleCount,
                plan: plan,
                schema: schema,
                words: &words
            )
            return .success(TrainedUpdate(encoded: encoded, summary: summary))
        } catch {
            return .failure(.trainingFailed)
        }
    }
}
