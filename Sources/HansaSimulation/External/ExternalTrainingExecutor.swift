import HansaClient
import HansaClientTransport
import HansaCore
import HansaLearning
import HansaNumerics

/// Simulated clients whose models a program of the scenario's author trains.
///
/// What a program returns is handled as the clients' own training is: the difference to the model is clipped, rounded
/// and packed by the plan. A program that crashes, hangs or answers nonsense costs the client that it trained its round.
struct ExternalTrainingExecutor: ClientExecutor {
    /// Nothing: processes belong to the pool and outlive the workers of one batch.
    struct Worker {}

    private let pool: ExternalTrainerPool
    private let clients: [DatasetView]
    private let encoding: SimulatedEncoding

    init(
        _ training: ExternalTraining,
        schema: ParameterSchema,
        clients: [DatasetView],
        encoding: SimulatedEncoding,
        threadCount: Int
    ) throws(SimulationError) {
        pool = try ExternalTrainerPool(training, schema: schema, count: max(1, threadCount))
        self.clients = clients
        self.encoding = encoding
    }

    func makeWorker() -> Worker { Worker() }

    func execute(
        _ assignment: Assignment,
        model: [Float],
        memory: ClientMemory,
        worker: inout Worker
    ) -> Result<TrainedUpdate, RefusalReason> {
        // A program of one's own trains; it gives no gradients and keeps no state between rounds.
        guard assignment.plan.algorithm == .descent else { return .failure(.missingCapability) }
        let id = assignment.id
        guard Int(id.client.number) < clients.count else { return .failure(.unknownClient) }
        let started = ContinuousClock.now
        var stream = encoding.stream(.shuffling, id)
        let training = pool.train(
            assignment,
            model: model,
            examples: clients[Int(id.client.number)],
            // JSON's numbers are exact up to 2^53.
            seed: stream.next64() >> 11
        )
        do throws(RefusalReason) {
            let round = try encoding.round(assignment, model: model, memory: memory)
            return encoding.encode(training, of: round, started: started)
        } catch {
            return .failure(error)
        }
    }
}
