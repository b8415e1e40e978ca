import HansaCoordinator
import HansaCore
import HansaResults

extension SimulationDriver {
    /// Reports the model that the run starts from, or goes on with.
    mutating func reportStart() async throws(SimulationError) {
        guard let coordinator else { return }
        // What an earlier process reported is not reported again.
        guard coordinator.engine.participation.isEmpty else {
            reporter.begin(nil, attemptCount: min(reportedAttemptCount, coordinator.engine.participation.count))
            return
        }
        let summary = try await evaluate(coordinator.engine.checkpoint.parameters)
        let line = RoundMetrics(
            round: 0,
            attempt: 0,
            outcome: "initial",
            selectedCount: 0,
            acceptedCount: 0,
            accuracy: summary?.accuracy,
            loss: summary?.meanLoss,
            bytesDown: 0,
            bytesUp: 0,
            floatBytesUp: 0,
            bitWidth: 0,
            seconds: 0
        )
        reporter.begin(line, attemptCount: 0)
        observer(.started(line))
    }

    /// Reports an attempt that ended, with the model measured where it is due.
    mutating func report(_ record: ParticipationRecord, trainingLoss: Double?) async throws(SimulationError) {
        framed?.ended(record)
        var summary: EvaluationSummary?
        if case .committed(let version, _) = record.outcome, let checkpoint = coordinator?.engine.checkpoint,
            checkpoint.version == version, isEvaluated(round: record.round)
        {
            summary = try await evaluate(checkpoint.parameters)
        }
        let line = reporter.close(
            record,
            specification: specification,
            summary: summary,
            trainingLoss: trainingLoss
        )
        observer(.round(line))
    }

    private func isEvaluated(round: UInt32) -> Bool {
        if round == specification.roundCount { return true }
        return evaluationInterval > 0 && Int(round) % evaluationInterval == 0
    }
}
