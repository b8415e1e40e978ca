public import HansaClient
public import HansaCore
import HansaDense
public import HansaNumerics
public import HansaWire

/// The exact trainer on the device's examples, whose updates are the same bytes as a simulated client's.
///
/// It holds one workspace, made at the first round and again only if a round comes with another model.
public struct ExactTrainingRunner<Source: ExampleSource>: TrainingRunner {
    public var kind: TrainerKind { .exact }

    private let source: Source
    private let seed: UInt64?
    private var workspace: DenseWorkspace?

    /// - Parameters:
    ///   - source: the examples to train on.
    ///   - seed: the run's seed where the result must come out the same again; nil for the system's randomness.
    public init(source: Source, seed: UInt64? = nil) {
        self.source = source
        self.seed = seed
    }

    public mutating func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason> {
        let streams = TrainingStreams(seed: seed, assignment: assignment.id)
        let training: Result<TrainedModel, RefusalReason>
        do throws(DenseError) {
            var parameters = model
            let architecture = try DenseArchitecture(schema: schema)
            // Never two workspaces at once: the old one goes before the new one is made.
            if workspace?.architecture != architecture { workspace = nil }
            let workspace = workspace ?? DenseWorkspace(architecture)
            self.workspace = workspace
            var trainer = try DenseTrainer(architecture: architecture, source: source, workspace: workspace)
            let summary = try trainer.train(
                &parameters,
                work: assignment.plan.work,
                stream: streams.stream(.shuffling)
            )
            training = .success(
                TrainedModel(parameters: parameters, summary: summary, sampleCount: trainer.exampleCount)
            )
        } catch {
            guard error.dependsOnExamples else { return .failure(error.refusal) }
            training = .failure(error.refusal)
        }
        return TrainingEncoder.encode(
            training,
            model: model,
            plan: assignment.plan,
            schema: schema,
            streams: streams
        )
    }
}
