public import HansaClient
public import HansaCore
import HansaDense
public import HansaNumerics
import HansaPrivacy
public import HansaWire

/// The exact trainer on the device's examples, whose updates are the same bytes as a simulated client's.
///
/// It holds one workspace, made at the first round and again only if a round comes with another model.
public struct ExactTrainingRunner<Source: ExampleSource>: TrainingRunner {
    public var kind: TrainerKind { .exact }

    private let source: Source
    private let seed: UInt64?
    private var workspace: DenseWorkspace?
    #if !hasFeature(Embedded)
    /// That of a Switch classifier.
    private var switchWorkspace: SwitchWorkspace?
    /// What the client remembers.
    private var memory = ClientMemory()
    #endif

    /// - Parameters:
    ///   - source: the examples to train on.
    ///   - seed: the run's seed where the result must come out the same again; nil for the system's randomness.
    public init(source: Source, seed: UInt64? = nil) {
        self.source = source
        self.seed = seed
    }

    #if !hasFeature(Embedded)
    public mutating func take(_ memory: ClientMemory) { self.memory = memory }
    #endif

    public mutating func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason> {
        let streams = TrainingStreams(seed: seed, assignment: assignment.id)
        let training: Result<TrainedModel, RefusalReason>
        #if !hasFeature(Embedded)
        var round: LocalRound
        do throws(RefusalReason) {
            round = try LocalRound(assignment, schema: schema, model: model, memory: memory)
        } catch {
            return .failure(error)
        }
        #endif
        do throws(DenseError) {
            #if hasFeature(Embedded)
            var trainer = try denseTrainer(schema)
            var parameters = model
            let summary = try trainer.train(
                &parameters,
                work: assignment.plan.work,
                stream: streams.stream(.shuffling)
            )
            training = .success(
                TrainedModel(parameters: parameters, summary: summary, sampleCount: trainer.exampleCount)
            )
            #else
            let stream = streams.stream(.shuffling)
            if schema.experts.isEmpty {
                var trainer = try denseTrainer(schema)
                training = .success(try round.train(&trainer, stream: stream))
            } else {
                var trainer = try switchTrainer(schema)
                training = .success(try round.train(&trainer, stream: stream))
            }
            #endif
        } catch {
            guard error.dependsOnExamples else { return .failure(error.refusal) }
            training = .failure(error.refusal)
        }
        #if hasFeature(Embedded)
        return TrainingEncoder.encode(
            training,
            model: model,
            plan: assignment.plan,
            schema: schema,
            streams: streams
        )
        #else
        let noiseKey: NoiseKey?
        do throws(PrivacyError) { noiseKey = try streams.noiseKey(for: assignment.plan) } catch {
            return .failure(.policy)
        }
        return round.encode(training, words: streams.stream(.rounding), noiseKey: noiseKey)
        #endif
    }

    private mutating func denseTrainer(_ schema: ParameterSchema) throws(DenseError) -> DenseTrainer<Source> {
        let architecture = try DenseArchitecture(schema: schema)
        // Never two workspaces at once: the old one goes before the new one is made.
        if workspace?.architecture != architecture { workspace = nil }
        let workspace = workspace ?? DenseWorkspace(architecture)
        self.workspace = workspace
        return try DenseTrainer(architecture: architecture, source: source, workspace: workspace)
    }

    #if !hasFeature(Embedded)
    private mutating func switchTrainer(_ schema: ParameterSchema) throws(DenseError) -> SwitchTrainer<Source> {
        let architecture = try SwitchArchitecture(schema: schema)
        if switchWorkspace?.architecture != architecture { switchWorkspace = nil }
        let workspace = switchWorkspace ?? SwitchWorkspace(architecture)
        switchWorkspace = workspace
        return try SwitchTrainer(architecture: architecture, source: source, workspace: workspace)
    }
    #endif
}
