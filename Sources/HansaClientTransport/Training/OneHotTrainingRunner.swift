public import HansaClient
public import HansaCore
public import HansaNumerics
public import HansaWire

/// A test trainer that learns nothing: it adds 1 to the parameter of the client's own number.
///
/// With the coordinator's strategy `exact-sum` the model then says how often each client was counted. To the coordinator
/// it is a program of the client's owner.
public struct OneHotTrainingRunner: TrainingRunner {
    public var kind: TrainerKind { .external }

    public init() {}

    public mutating func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason> {
        let own = Int(clamping: assignment.id.client.number)
        guard model.count == schema.count, model.indices.contains(own) else { return .failure(.modelMismatch) }
        var trained = model
        trained[own] += 1
        let summary = TrainingSummary(stepCount: 1, meanLoss: 0)
        return TrainingEncoder.encode(
            .success(TrainedModel(parameters: trained, summary: summary, sampleCount: 1)),
            model: model,
            plan: assignment.plan,
            schema: schema,
            // The lattice's step is 1, so nothing is rounded and any stream does.
            streams: TrainingStreams(seed: 0, assignment: assignment.id)
        )
    }
}
