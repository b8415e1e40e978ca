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
        var parameters = model
        let summary: TrainingSummary
        let sampleCount: Int
        do throws(DenseError) {
            var trainer = try DenseTrainer(
                architecture: architecture,
                source: clients[Int(id.client.number)],
                workspace: worker
            )
            sampleCount = trainer.exampleCount
            summary = try trainer.train(&parameters, work: assignment.plan.work, stream: stream(.shuffling))
        } catch {
            return .failure(Self.reason(for: error))
        }
        var words = stream(.rounding)
        let noiseKey: NoiseKey?
        let station: NoiseStation?
        do throws(PrivacyError) {
            noiseKey = try NoiseKey.client(id, plan: assignment.plan, seed: seed)
            station = noiseKey == nil ? nil : try stations.station(for: assignment.plan)
        } catch {
            return .failure(.trainingFailed)
        }
        do throws(PipelineError) {
            let encoded = try UpdatePipeline.encode(
                local: parameters,
                received: model,
                sampleCount: sampleCount,
                plan: assignment.plan,
                schema: schema,
                words: &words,
                noiseKey: noiseKey,
                noiseStation: station
            )
            return .success(TrainedUpdate(encoded: encoded, summary: summary))
        } catch {
            return .failure(.trainingFailed)
        }
    }

    private static func reason(for error: DenseError) -> RefusalReason {
        switch error {
        case .featuresDoNotFit, .labelsDoNotFit, .wrongParameterCount, .noExamples, .tooManyExamples: .modelMismatch
        default: .trainingFailed
        }
    }
}
