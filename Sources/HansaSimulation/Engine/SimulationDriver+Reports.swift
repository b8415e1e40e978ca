import HansaAccounting
import HansaClient
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaPrivacy
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
        let started = Stopwatch()
        let (summary, clients) = try await measure(coordinator.engine.checkpoint.parameters)
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
            clients: clients,
            seconds: 0,
            cost: RoundCost(
                wall: RoundCost.Phases(evaluation: started.elapsed.wall),
                cpu: RoundCost.Phases(evaluation: started.elapsed.cpu),
                peakBytes: PeakMemory.bytes
            )
        )
        reporter.begin(line, attemptCount: 0)
        observer(.started(line))
    }

    /// Reports an attempt that ended, with the model measured where it is due.
    mutating func report(_ record: ParticipationRecord, trainingLoss: Double?) async throws(SimulationError) {
        framed?.ended(record)
        var figures = RoundFigures(trainingLoss: trainingLoss)
        if case .committed(let version, _) = record.outcome, let checkpoint = coordinator?.engine.checkpoint,
            checkpoint.version == version, isEvaluated(round: record.round)
        {
            let started = Stopwatch()
            (figures.summary, figures.clients) = try await measure(checkpoint.parameters)
            figures.startingClients = try await measureStarts()
            reporter.phases.evaluation += started.elapsed
        }
        figures.drift = driftMeter?.drift(of: record)
        (figures.epsilon, figures.isEpsilonNominal) = spending
        reporter.phases.work += queue.takeSpent()
        let line = reporter.close(
            record,
            specification: specification,
            figures: figures,
            encodingShare: workMeter.takeEncodingShare()
        )
        observer(.round(line))
    }

    /// The model on the test data, and on clients one by one where that is asked for.
    private func measure(
        _ parameters: [Float]
    ) async throws(SimulationError) -> (summary: EvaluationSummary?, clients: ClientDistribution?) {
        let summary = try await evaluate(parameters)
        guard let measureClients else { return (summary, nil) }
        return (summary, try await measureClients { _ in parameters })
    }

    /// Clients one by one with what they would start the next round from; nil where they keep nothing of their own.
    private func measureStarts() async throws(SimulationError) -> ClientDistribution? {
        guard let measureClients, let engine = coordinator?.engine, let upcoming = engine.upcomingRound(of: .trainer),
            upcoming.plan.algorithm.memory != .none
        else { return nil }
        let kept = memories.all.map { ($0, ($1, engine.memoryRound(of: $0))) }
        let memories = Dictionary(uniqueKeysWithValues: kept)
        let (plan, model, schema) = (upcoming.plan, upcoming.model, specification.schema)
        return try await measureClients { client in
            var assignment = Assignment(
                id: AssignmentID(round: plan.round, attempt: plan.attempt, client: client, fence: 0),
                plan: plan
            )
            assignment.memoryRound = memories[client]?.1 ?? 0
            let memory = memories[client]?.0 ?? ClientMemory()
            let round = try? LocalRound(assignment, schema: schema, model: model, memory: memory)
            return round?.ownParameters ?? Array(model.prefix(schema.count))
        }
    }

    /// The ε that the run's ledger states now, and whether seeded noise makes it one in name only.
    private var spending: (epsilon: Double?, isNominal: Bool) {
        guard let ledger = coordinator?.engine.ledger, let placement = ledger.lastPublished?.placement else {
            return (nil, false)
        }
        let figures = placement == .local ? ledger.worstSent : ledger.runFigures
        guard !figures.hasNoNoise, figures.epsilon.isFinite else { return (nil, false) }
        return (figures.epsilon, figures.hasSeededNoise)
    }

    private func isEvaluated(round: UInt32) -> Bool {
        if round == specification.roundCount { return true }
        return evaluationInterval > 0 && Int(round) % evaluationInterval == 0
    }
}
