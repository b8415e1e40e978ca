import HansaClient
import HansaCore
import HeapModule

/// Trainings that simulated clients have started, done in parallel shortly before their results are due.
///
/// Results are made a batch at a time, in the order in which the virtual clock will ask for them, so that memory holds
/// one batch of updates and not a cohort of them.
struct TrainingQueue<Executor: ClientExecutor> {
    /// A started training.
    struct Job: Comparable {
        /// When its result is due, and a tie-breaker that is also its name.
        let due: UInt64
        let number: UInt64
        let assignment: Assignment
        let model: [Float]

        static func < (left: Self, right: Self) -> Bool { (left.due, left.number) < (right.due, right.number) }
        static func == (left: Self, right: Self) -> Bool { left.number == right.number }
    }

    private let executor: Executor
    private let threadCount: Int
    private var waiting = Heap<Job>()
    /// Jobs whose client died before they were done.
    private var abandoned: Set<UInt64> = []
    /// What batches took since it was last asked.
    private var spent = ElapsedTime()
    private var results: [UInt64: Result<TrainedUpdate, RefusalReason>] = [:]

    init(executor: Executor, threadCount: Int) {
        self.executor = executor
        self.threadCount = max(1, threadCount)
    }

    mutating func start(_ job: Job) { waiting.insert(job) }

    /// The result of a job, which with its batch is made now if it is not there yet.
    mutating func result(of number: UInt64) async -> Result<TrainedUpdate, RefusalReason>? {
        if results[number] == nil { await runBatch() }
        return results.removeValue(forKey: number)
    }

    /// Forgets a job whose result nobody wants any more.
    mutating func abandon(_ number: UInt64) {
        if results.removeValue(forKey: number) == nil { abandoned.insert(number) }
    }

    /// What trainings and encodings took since the last call.
    mutating func takeSpent() -> ElapsedTime {
        defer { spent = ElapsedTime() }
        return spent
    }

    private mutating func popWanted() -> Job? {
        while let job = waiting.popMin() {
            if abandoned.remove(job.number) == nil { return job }
        }
        return nil
    }

    /// How many updates a batch may hold: enough to keep every worker busy, bounded in bytes.
    private func batchCount(payloadByteCount: Int) -> Int {
        let byMemory = (64 << 20) / max(1, payloadByteCount)
        return max(2 * threadCount, min(1_024, byMemory))
    }

    private mutating func runBatch() async {
        guard let first = popWanted() else { return }
        let stopwatch = Stopwatch()
        defer { spent += stopwatch.elapsed }
        // A float32 model is the largest an update can be.
        let count = batchCount(payloadByteCount: 4 * first.model.count)
        var jobs = [first]
        while jobs.count < count, let job = popWanted() { jobs.append(job) }
        let workerCount = min(threadCount, jobs.count)
        let (executor, batch) = (executor, jobs)
        let next = BatchCursor(count: batch.count)
        await withTaskGroup(of: [(UInt64, Result<TrainedUpdate, RefusalReason>)].self) { group in
            for _ in 0..<workerCount {
                group.addTask {
                    var worker = executor.makeWorker()
                    var done: [(UInt64, Result<TrainedUpdate, RefusalReason>)] = []
                    while let index = next.take() {
                        let job = batch[index]
                        done.append(
                            (job.number, executor.execute(job.assignment, model: job.model, worker: &worker))
                        )
                    }
                    return done
                }
            }
            for await part in group {
                for (number, result) in part { results[number] = result }
            }
        }
    }
}
