import HansaClient
import HansaCore

/// Those who do the trainings of a simulation: threads of this process, or of several (``RankCrew``).
///
/// What it returns may depend on the jobs only, not on who does which.
protocol TrainingCrew {
    /// How many trainings go on at once.
    var workerCount: Int { get }

    /// Does the jobs; a result for each, in their order.
    mutating func train(
        _ jobs: [TrainingJob]
    ) async throws(SimulationError) -> [Result<TrainedUpdate, RefusalReason>]
}
