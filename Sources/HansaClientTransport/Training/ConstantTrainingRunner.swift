public import HansaClient
public import HansaCore
public import HansaNumerics
public import HansaWire

/// A trainer for measurements that learns nothing: it adds the same amount to every parameter.
///
/// What is left of a round is its exchange: the workload W4 of the baselines. To the coordinator it is a program of the
/// client's owner.
public struct ConstantTrainingRunner: TrainingRunner {
    public var kind: TrainerKind { .external }
    private let amount: Float

    /// - Parameter thirtySeconds: the amount in thirty-seconds, so that it is a number of a coarse lattice.
    public init(thirtySeconds: UInt32) { amount = Float(thirtySeconds) / 32 }

    public mutating func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason> {
        guard model.count == schema.count else { return .failure(.modelMismatch) }
        let trained = [Float](unsafeUninitializedCapacity: model.count) { trained, initialized in
            model.withUnsafeBufferPointer { model in
                // Bounds: the indices of a buffer that is as long.
                for index in model.indices { trained.initializeElement(at: index, to: model[index] + amount) }
            }
            initialized = model.count
        }
        let summary = TrainingSummary(stepCount: 1, meanLoss: 0)
        return TrainingEncoder.encode(
            .success(TrainedModel(parameters: trained, summary: summary, sampleCount: 1)),
            model: model,
            plan: assignment.plan,
            schema: schema,
            streams: TrainingStreams(seed: 0, assignment: assignment.id)
        )
    }
}
