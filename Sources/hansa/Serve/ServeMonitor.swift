import HansaCoordinator
import HansaResults
import Synchronization

/// What the service told, until the reporter takes it: bounded, and never in the service's way.
final class ServeMonitor: Sendable {
    /// An attempt at a round that ended.
    struct Attempt: Sendable {
        var record: ParticipationRecord
        var trainingLoss: Double?
        /// The model to be tested, where one is due and the reporter was fast enough.
        var checkpoint: Checkpoint?
    }

    /// What is to be reported next.
    struct News: Sendable {
        var attempts: [Attempt] = []
        /// Why the run ends before its last round.
        var stop: BudgetStop?
        var isFinished = false
        var failure: CoordinatorError?
    }

    /// Lines that wait for a reader of standard output who does not read; older ones are dropped.
    private static let attemptCountMax = 4_096
    /// Models that wait to be tested: each takes a model's memory.
    private static let modelCountMax = 2

    private let news = Mutex(News())
    private let isEvaluated: @Sendable (UInt32) -> Bool
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(isEvaluated: @escaping @Sendable (UInt32) -> Bool) {
        self.isEvaluated = isEvaluated
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes an event; called on the service's thread.
    func note(_ event: ServiceEvent) {
        let isNews = news.withLock { news in
            switch event {
            case .committed(let record, let loss, let checkpoint):
                let isDue = isEvaluated(record.round)
                news.add(
                    Attempt(record: record, trainingLoss: loss, checkpoint: isDue ? checkpoint : nil),
                    attemptCountMax: Self.attemptCountMax,
                    modelCountMax: Self.modelCountMax
                )
            case .aborted(let record):
                news.add(
                    Attempt(record: record),
                    attemptCountMax: Self.attemptCountMax,
                    modelCountMax: Self.modelCountMax
                )
            case .stopped(let stop): news.stop = stop
            case .finished: news.isFinished = true
            case .failed(let error): news.failure = error
            case .opened, .receipts, .withdrawn: return false
            }
            return true
        }
        if isNews { wake.yield() }
    }

    /// Waits for news; nil when the task is cancelled.
    func next() async -> News? {
        for await _ in wakes {
            return news.withLock { news in
                defer {
                    news.attempts.removeAll()
                    news.stop = nil
                }
                return news
            }
        }
        return nil
    }
}

extension ServeMonitor.News {
    fileprivate mutating func add(_ attempt: ServeMonitor.Attempt, attemptCountMax: Int, modelCountMax: Int) {
        if attempts.count >= attemptCountMax { attempts.removeFirst() }
        attempts.append(attempt)
        let holding = attempts.indices.filter { attempts[$0].checkpoint != nil }
        for index in holding.dropLast(modelCountMax) { attempts[index].checkpoint = nil }
    }
}
