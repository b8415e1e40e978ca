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
            let architecture = try DenseArchitecture(schema: schema)
            // Never two workspaces at once: the old one goes before the new one is made.
            if workspace?.architecture != architecture { workspace = nil }
            let workspace = workspace ?? DenseWorkspace(architecture)
            self.workspace = workspace
            var trainer = try DenseTrainer(architecture: architecture, source: source, workspace: workspace)
            #if hasFeature(Embedded)
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
            training = .success(try round.train(&trainer, stream: streams.stream(.shuffling)))
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
}
