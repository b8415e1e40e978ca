import HansaCore
import HansaLearning

/// Measures models on the test data with several workers; the result does not depend on how many.
struct ParallelEvaluation<Model: SimulatedModel>: Sendable {
    private let model: Model
    private let test: DatasetView?
    private let chunkCount: Int
    private let threadCount: Int

    /// Refuses test data that do not fit the model.
    init(model: Model, test: DatasetView?, threadCount: Int) throws(SimulationError) {
        self.model = model
        self.test = test
        self.threadCount = max(1, threadCount)
        if let test { chunkCount = try model.chunkCount(of: test) } else { chunkCount = 0 }
    }

    /// Nil without test data.
    func evaluate(_ parameters: [Float]) async throws(SimulationError) -> EvaluationSummary? {
        guard let test else { return nil }
        let share = max(1, (chunkCount + threadCount - 1) / threadCount)
        let ranges = stride(from: 0, to: chunkCount, by: share).map { $0..<min($0 + share, chunkCount) }
        let model = model
        let parts = await withTaskGroup(of: Result<PartialEvaluation, SimulationError>.self) { group in
            for range in ranges {
                group.addTask {
                    Result { () throws(SimulationError) in
                        try model.evaluate(parameters, on: test, chunks: range)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var done: [PartialEvaluation] = []
        for part in parts { done.append(try part.get()) }
        return PartialEvaluation.combine(done, chunkCount: chunkCount)
    }
}
