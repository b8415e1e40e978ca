import HansaCore
import HansaLearning

/// Measures models on the test data with several workers; the result does not depend on how many.
struct ParallelEvaluation<Model: SimulatedModel>: Sendable {
    private let evaluator: Model.Evaluator?
    private let threadCount: Int

    /// Refuses test data that do not fit the model.
    init(model: Model, test: DatasetView?, threadCount: Int) throws(SimulationError) {
        self.threadCount = max(1, threadCount)
        do throws(Model.Failure) {
            evaluator = try test.map { (source) throws(Model.Failure) in try model.makeEvaluator(on: source) }
        } catch {
            throw .evaluation(error.description)
        }
    }

    /// Nil without test data.
    func evaluate(_ parameters: [Float]) async throws(SimulationError) -> EvaluationSummary? {
        guard let evaluator else { return nil }
        let chunkCount = evaluator.chunkCount
        let share = max(1, (chunkCount + threadCount - 1) / threadCount)
        let ranges = stride(from: 0, to: chunkCount, by: share).map { $0..<min($0 + share, chunkCount) }
        let parts = await withTaskGroup(of: Result<PartialEvaluation, Model.Failure>.self) { group in
            for range in ranges {
                group.addTask {
                    Result { () throws(Model.Failure) in try evaluator.evaluate(parameters, chunks: range) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        do throws(Model.Failure) {
            var done: [PartialEvaluation] = []
            for part in parts { done.append(try part.get()) }
            return try evaluator.combine(done)
        } catch {
            throw error == .notFinite ? .diverged : .evaluation(error.description)
        }
    }
}
