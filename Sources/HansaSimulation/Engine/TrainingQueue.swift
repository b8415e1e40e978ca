import HansaClient
import HansaCore
import HeapModule

/// Trainings that simulated clients have started, done by a crew shortly before their results are due.
///
/// Results are made a batch at a time, in the order in which the virtual clock will ask for them, so that memory holds
/// one batch of updates and not a cohort of them.
struct TrainingQueue {
    private var crew: any TrainingCrew
    private var waiting = Heap<TrainingJob>()
    /// Jobs whose client died before they were done.
    private var abandoned: Set<UInt64> = []
    /// What batches took since it was last asked.
    private var spent = ElapsedTime()
    private var results: [UInt64: Result<TrainedUpdate, RefusalReason>] = [:]

    init(crew: any TrainingCrew) { self.crew = crew }

    mutating func start(_ job: TrainingJob) { waiting.insert(job) }

    /// The result of a job, which with its batch is made now if it is not there yet.
    mutating func result(
        of number: UInt64
    ) async throws(SimulationError) -> Result<TrainedUpdate, RefusalReason>? {
        if results[number] == nil { try await runBatch() }
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

    private mutating func popWanted() -> TrainingJob? {
        while let job = waiting.popMin() {
            if abandoned.remove(job.number) == nil { return job }
        }
        return nil
    }

    /// How many updates the next batch may hold: enough to keep every worker busy, bounded in bytes.
    ///
    /// Results that are not asked for yet count. Clients start one after another, and those who start late may be due first:
    /// whole batches would be made until every client that trains has its result waiting.
    private func batchCount(payloadByteCount: Int) -> Int {
        let byMemory = (64 << 20) / max(1, payloadByteCount)
        return max(8 * crew.workerCount, min(1_024, byMemory) - results.count)
    }

    private mutating func runBatch() async throws(SimulationError) {
        guard let first = popWanted() else { return }
        let stopwatch = Stopwatch()
        defer { spent += stopwatch.elapsed }
        // A float32 model is the largest an update can be.
        let count = batchCount(payloadByteCount: 4 * first.model.count)
        var jobs = [first]
        while jobs.count < count, let job = popWanted() { jobs.append(job) }
        for (job, result) in zip(jobs, try await crew.train(jobs)) { results[job.number] = result }
    }
}
