import HansaClient
import HansaCore

/// Parallel tasks of this process that take one training after the other.
struct ThreadCrew<Executor: ClientExecutor>: TrainingCrew {
    private let executor: Executor
    let workerCount: Int

    init(executor: Executor, threadCount: Int) {
        self.executor = executor
        workerCount = max(1, threadCount)
    }

    func train(_ jobs: [TrainingJob]) async -> [Result<TrainedUpdate, RefusalReason>] {
        let executor = executor
        let next = BatchCursor(count: jobs.count)
        return await withTaskGroup(of: [(Int, Result<TrainedUpdate, RefusalReason>)].self) { group in
            for _ in 0..<min(workerCount, jobs.count) {
                group.addTask {
                    var worker = executor.makeWorker()
                    var done: [(Int, Result<TrainedUpdate, RefusalReason>)] = []
                    while let index = next.take() {
                        let job = jobs[index]
                        done.append((index, executor.execute(job, worker: &worker)))
                    }
                    return done
                }
            }
            // Every place is filled: the tasks take each index once.
            var results = [Result<TrainedUpdate, RefusalReason>](
                repeating: .failure(.trainingFailed),
                count: jobs.count
            )
            for await part in group {
                for (index, result) in part { results[index] = result }
            }
            return results
        }
    }
}
