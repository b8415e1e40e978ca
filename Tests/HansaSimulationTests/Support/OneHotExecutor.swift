import HansaClient
import HansaCore
import HansaQuantization
import HansaSimulation

/// Simulated clients of the counting oracle: client i sends the i-th unit vector, whatever the model is.
///
/// A committed model then says how often each client was counted: a 2 where one update was sent is a double count, a 0
/// where one was acknowledged is a loss, and anything else is damage.
struct OneHotExecutor: ClientExecutor {
    let population: Int

    func makeWorker() {}

    func execute(
        _ assignment: Assignment,
        model: [Float],
        memory: ClientMemory,
        worker: inout Void
    ) -> Result<TrainedUpdate, RefusalReason> {
        guard case .packed(_, let width)? = assignment.plan.up.first?.encoding else { return .failure(.modelMismatch) }
        var values = [Int32](repeating: 0, count: population)
        values[Int(assignment.id.client.number)] = 1
        guard let payload = try? PackedLayout.pack(values, width: width) else { return .failure(.trainingFailed) }
        let encoded = EncodedUpdate(payload: payload, declaredSampleCount: 0, saturatedCount: 0, wasClipped: false)
        return .success(TrainedUpdate(encoded: encoded, summary: TrainingSummary(stepCount: 1, meanLoss: 0)))
    }
}
