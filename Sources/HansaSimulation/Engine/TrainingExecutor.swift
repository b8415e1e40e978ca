import HansaClient
import HansaCore
import HansaLearning
import HansaNumerics
import HansaPrivacy

/// Simulated clients that train a model on their shares of a data set.
struct TrainingExecutor<Model: SimulatedModel>: ClientExecutor {
    typealias Worker = Model.Workspace

    private let model: Model
    private let schema: ParameterSchema
    private let clients: [DatasetView]
    private let seed: UInt64
    private let stations = NoiseStations()
    private let workMeter: WorkMeter
    private let driftMeter: DriftMeter?

    /// - Parameters:
    ///   - workMeter: told what each client takes.
    ///   - driftMeter: told what each training changes; nil where nobody asks.
    init(
        model: Model,
        schema: ParameterSchema,
        clients: [DatasetView],
        seed: UInt64,
        workMeter: WorkMeter = WorkMeter(),
        driftMeter: DriftMeter? = nil
    ) {
        self.model = model
        self.schema = schema
        self.clients = clients
        self.seed = seed
        self.workMeter = workMeter
        self.driftMeter = driftMeter
    }

    func makeWorker() -> Model.Workspace { model.makeWorkspace() }

    func execute(
        _ assignment: Assignment,
        model received: [Float],
        worker: inout Model.Workspace
    ) -> Result<TrainedUpdate, RefusalReason> {
        let id = assignment.id
        guard Int(id.client.number) < clients.count else { return .failure(.unknownClient) }
        func stream(_ purpose: RandomPurpose) -> RandomStream {
            RandomStream(
                seed: seed,
                round: id.round,
                client: id.client.number,
                purpose: purpose,
                attempt: id.attempt
            )
        }
        let source = clients[Int(id.client.number)]
            .inTraining(seed: seed, round: id.round, client: id.client.number, attempt: id.attempt)
        let started = ContinuousClock.now
        var parameters = received
        let training: Result<TrainedModel, RefusalReason>
        do throws(Model.Failure) {
            let summary = try model.train(
                &parameters,
                on: source,
                work: assignment.plan.work,
                stream: stream(.shuffling),
                workspace: &worker
            )
            training = .success(
                TrainedModel(parameters: parameters, summary: summary, sampleCount: source.count)
            )
        } catch {
            guard error.dependsOnExamples else { return .failure(error.refusal) }
            training = .failure(error.refusal)
        }
        let trained = ContinuousClock.now
        defer { workMeter.add(training: trained - started, encoding: ContinuousClock.now - trained) }
        if let driftMeter, case .success(let model) = training {
            driftMeter.add(id, received: received, trained: model.parameters)
        }
        let noiseKey: NoiseKey?
        let station: NoiseStation?
        do throws(PrivacyError) {
            noiseKey = try NoiseKey.client(id, plan: assignment.plan, seed: seed)
            station = noiseKey == nil ? nil : try stations.station(for: assignment.plan)
        } catch {
            return .failure(.trainingFailed)
        }
        return UpdateEncoder.encode(
            training,
            model: received,
            plan: assignment.plan,
            schema: schema,
            words: stream(.rounding),
            noiseKey: noiseKey,
            noiseStation: station
        )
    }
}
