public import HansaCore
public import HansaNumerics

/// The last step of every training: what came of it becomes the plan's bytes.
///
/// Where a plan has noise, whether training succeeded is no answer by itself: the coordinator chooses model and learning
/// rate, and could choose them so that training fails for clients with a certain example. There a client whose training
/// failed says, with the same noise and at the same cost, that the model stays as it is; its owner reads the reason
/// (``TrainedUpdate/failure``), nobody else. Only what does not depend on the examples is refused: see
/// `RefusalReason.modelMismatch`.
/// - seealso: PRIVACY.md §1.
public enum UpdateEncoder {
    /// - Parameters:
    ///   - training: what it left, or why it left nothing, the reason depending on the examples.
    ///   - model: the parameters that it started from.
    ///   - words: the client's random words for rounding.
    ///   - noiseKey: nil where the client adds no noise.
    ///   - noiseStation: see `UpdatePipeline`.
    public static func encode(
        _ training: Result<TrainedModel, RefusalReason>,
        model: [Float],
        plan: RoundPlan,
        schema: ParameterSchema,
        words: RandomStream,
        noiseKey: NoiseKey?,
        noiseStation: NoiseStation? = nil
    ) -> Result<TrainedUpdate, RefusalReason> {
        func encode(_ trained: TrainedModel) -> TrainedUpdate? {
            var words = words
            #if hasFeature(Embedded)
            let omitted = OmittedSections()
            #else
            let omitted = plan.omittedSections(schema: schema, expertLoads: trained.expertLoads)
            #endif
            do throws(PipelineError) {
                let encoded = try UpdatePipeline.encode(
                    local: trained.parameters,
                    received: model,
                    sampleCount: trained.sampleCount,
                    plan: plan,
                    schema: schema,
                    words: &words,
                    noiseKey: noiseKey,
                    noiseStation: noiseStation,
                    omitted: omitted
                )
                return TrainedUpdate(encoded: encoded, summary: trained.summary)
            } catch {
                return nil
            }
        }
        let reason: RefusalReason
        switch training {
        case .success(let trained):
            if let update = encode(trained) { return .success(update) }
            reason = .trainingFailed
        case .failure(let failure): reason = failure
        }
        guard plan.noise.noise != nil else { return .failure(reason) }
        let unchanged = TrainedModel(
            parameters: model,
            summary: TrainingSummary(stepCount: 0, meanLoss: 0),
            sampleCount: 1
        )
        // What cannot say that nothing changed does not depend on the examples.
        guard var update = encode(unchanged) else { return .failure(.trainingFailed) }
        update.failure = reason
        return .success(update)
    }
}
