import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaResults
import HansaServerTransport
import HansaSimulation

/// Tells each round and the end of a run, and tests the models meanwhile; rounds never wait for it.
actor ServeReporter {
    /// How a run went.
    enum Ending: Sendable {
        case finished
        case failed(CoordinatorError)
        case cancelled
    }

    private let run: ServedRun
    private let monitor: ServeMonitor
    private let lines: ServeLines
    private let traffic: @Sendable () async -> TrafficReport
    private let restartCount: Int
    private var counted: [UInt32: Int] = [:]
    private var totals = ServeTotals()
    /// The last test, and the version of the model that it was of.
    private var evaluation: (version: UInt64, summary: EvaluationSummary)?
    /// Why the run ended before its last round.
    private var stop: BudgetStop?

    init(
        run: ServedRun,
        monitor: ServeMonitor,
        lines: ServeLines,
        traffic: @escaping @Sendable () async -> TrafficReport,
        past: PastRun
    ) {
        self.run = run
        self.monitor = monitor
        self.lines = lines
        self.traffic = traffic
        restartCount = past.restartCount
        for record in past.records {
            totals.count(record)
            for client in record.accepted { counted[client, default: 0] += 1 }
        }
    }

    /// Tells rounds until the run is over.
    func report() async -> Ending {
        while let news = await monitor.next() {
            for attempt in news.attempts { await tell(attempt) }
            if let stop = news.stop {
                self.stop = stop
                lines.stopped(stop)
            }
            if let error = news.failure { return .failed(error) }
            if news.isFinished { return .finished }
        }
        return .cancelled
    }

    /// Tells what the run came to, the last attempts included that ended since the last look.
    func summarize(checkpoint: Checkpoint) async {
        if evaluation?.version != checkpoint.version, checkpoint.round == run.specification.roundCount || stop != nil,
            let summary = await run.evaluate(checkpoint.parameters)
        {
            evaluation = (checkpoint.version, summary)
        }
        let latest = evaluation.flatMap { $0.version == checkpoint.version ? $0.summary : nil }
        lines.summary(
            totals: totals,
            checkpoint: checkpoint,
            stop: stop,
            evaluation: latest,
            traffic: await traffic(),
            restartCount: restartCount,
            counted: counted
        )
    }

    private func tell(_ attempt: ServeMonitor.Attempt) async {
        let record = attempt.record
        totals.count(record)
        totals.countHere(record, parameterCount: run.specification.schema.count)
        for client in record.accepted { counted[client, default: 0] += 1 }
        var summary: EvaluationSummary?
        if let checkpoint = attempt.checkpoint {
            summary = await run.evaluate(checkpoint.parameters)
            if let summary { evaluation = (checkpoint.version, summary) }
        }
        lines.round(attempt, evaluation: summary, traffic: await traffic())
    }
}
