import HansaClient
import HansaCore
import HansaLearning
import HansaNumerics

/// Simulated clients that train a model on their shares of a data set.
struct TrainingExecutor<Model: SimulatedModel>: ClientExecutor {
    typealias Worker = Model.Workspace

    private let model: Model
    private let clients: [DatasetView]
    private let encoding: SimulatedEncoding

    init(model: Model, clients: [DatasetView], encoding: SimulatedEncoding) {
        self.model = model
        self.clients = clients
        self.encoding = encoding
    }

    func makeWorker() -> Model.Workspace { model.makeWorkspace() }

    func execute(
        _ assignment: Assignment,
        model received: [Float],
        memory: ClientMemory,
        worker: inout Model.Workspace
    ) -> Result<TrainedUpdate, RefusalReason> {
        let id = assignment.id
        guard Int(id.client.number) < clients.count else { return .failure(.unknownClient) }
        let source = clients[Int(id.client.number)]
            .inTraining(seed: encoding.seed, round: id.round, client: id.client.number, attempt: id.attempt)
        let started = ContinuousClock.now
        var round: LocalRound
        do throws(RefusalReason) {
            round = try encoding.round(assignment, model: received, memory: memory)
        } catch {
            return .failure(error)
        }
        let training: Result<TrainedModel, RefusalReason>
        do throws(Model.Failure) {
            var trainer = try model.makeTrainer(on: source, work: assignment.plan.work, workspace: &worker)
            training = .success(try round.train(&trainer, stream: encoding.stream(.shuffling, id)))
        } catch {
            guard error.dependsOnExamples else { return .failure(error.refusal) }
            training = .failure(error.refusal)
        }
        return encoding.encode(training, of: round, started: started)
    }
}
