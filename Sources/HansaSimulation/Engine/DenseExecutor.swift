public import HansaClient
public import HansaCore
public import HansaDense
public import HansaLearning
import HansaNumerics
import HansaPrivacy

/// Simulated clients that train the exact trainer on their share of a data set.
public struct DenseExecutor: ClientExecutor {
    public typealias Worker = DenseWorkspace

    private let architecture: DenseArchitecture
    private let schema: ParameterSchema
    private let clients: [DatasetView]
    private let seed: UInt64
    private let stations = NoiseStations()

    public init(architecture: DenseArchitecture, clients: [DatasetView], seed: UInt64) {
        self.architecture = architecture
        schema = architecture.schema()
        self.clients = clients
        self.seed = seed
    }

    public func makeWorker() -> DenseWorkspace { DenseWorkspace(architecture) }

    public func execute(
        _ assignment: Assignment,
        model: [Float],
        worker: inout DenseWorkspace
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
        let training: Result<TrainedModel, RefusalReason>
        do throws(DenseError) {
            var parameters = model
            var trainer = try DenseTrainer(
                architecture: architecture,
                source: clients[Int(id.client.number)],
                workspace: worker
            )
            let summary = try trainer.train(&parameters, work: assignment.plan.work, stream: stream(.shuffling))
            training = .success(
                TrainedModel(parameters: parameters, summary: summary, sampleCount: trainer.exampleCount)
            )
        } catch {
            guard error.dependsOnExamples else { return .failure(error.refusal) }
            training = .failure(error.refusal)
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
            model: model,
            plan: assignment.plan,
            schema: schema,
            words: stream(.rounding),
            noiseKey: noiseKey,
            noiseStation: station
        )
    }
}
