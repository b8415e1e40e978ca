public import HansaClient
public import HansaCore

/// What simulated clients do when they are asked to train: everything between a plan and the bytes that leave a device.
///
/// Called on several tasks at once; what it returns may depend on the assignment and the model only.
public protocol ClientExecutor: Sendable {
    /// Memory that one worker keeps from client to client.
    associatedtype Worker

    /// Makes the memory of one worker.
    func makeWorker() -> Worker

    /// Trains on the client's data and encodes the update by the plan.
    ///
    /// - Parameters:
    ///   - model: the received parameters, and behind them the companion where the plan has one.
    ///   - memory: what the client remembers.
    func execute(
        _ assignment: Assignment,
        model: [Float],
        memory: ClientMemory,
        worker: inout Worker
    ) -> Result<TrainedUpdate, RefusalReason>
}

extension ClientExecutor {
    func execute(_ job: TrainingJob, worker: inout Worker) -> Result<TrainedUpdate, RefusalReason> {
        execute(job.assignment, model: job.model, memory: job.memory, worker: &worker)
    }
}
