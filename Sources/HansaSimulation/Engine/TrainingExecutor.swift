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
        worker: inout Model.Workspace
    ) -> Result<TrainedUpdate, RefusalReason> {
        let id = assignment.id
        guard Int(id.client.number) < clients.count else { return .failure(.unknownClient) }
        let source = clients[Int(id.client.number)]
            .inTraining(seed: encoding.seed, round: id.round, client: id.client.number, attempt: id.attempt)
        let started = ContinuousClock.now
        var parameters = received
        let training: Result<TrainedModel, RefusalReason>
        do throws(Model.Failure) {
            let summary = try model.train(
                &parameters,
                on: source,
                work: assignment.plan.work,
                stream: encoding.stream(.shuffling, id),
                workspace: &worker
            )
            training = .success(
                TrainedModel(parameters: parameters, summary: summary, sampleCount: source.count)
            )
        } catch {
            guard error.dependsOnExamples else { return .failure(error.refusal) }
            training = .failure(error.refusal)
        }
        return encoding.encode(training, assignment: assignment, model: received, started: started)
    }
}
