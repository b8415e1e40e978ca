import HansaCore
import HansaDense
import HansaLearning
import HansaNumerics

/// The exact trainer, whose results are the same bits everywhere.
extension DenseArchitecture: SimulatedModel {
    func makeWorkspace() -> DenseWorkspace { DenseWorkspace(self) }

    func train(
        _ parameters: inout [Float],
        on source: DatasetView,
        work: LocalWork,
        stream: RandomStream,
        workspace: inout DenseWorkspace
    ) -> Result<TrainingSummary, TrainingRefusal> {
        do throws(DenseError) {
            var trainer = try DenseTrainer(architecture: self, source: source, workspace: workspace)
            return .success(try trainer.train(&parameters, work: work, stream: stream))
        } catch {
            return .failure(TrainingRefusal(reason: error.refusal, dependsOnExamples: error.dependsOnExamples))
        }
    }

    func chunkCount(of source: DatasetView) throws(SimulationError) -> Int { try evaluator(source).chunkCount }

    func evaluate(
        _ parameters: [Float],
        on source: DatasetView,
        chunks: Range<Int>
    ) throws(SimulationError) -> PartialEvaluation {
        let evaluator = try evaluator(source)
        do throws(DenseError) {
            return try evaluator.evaluate(parameters, chunks: chunks)
        } catch {
            throw error == .notFinite ? .diverged : .evaluation(error.description)
        }
    }

    private func evaluator(_ source: DatasetView) throws(SimulationError) -> DenseEvaluator<DatasetView> {
        do throws(DenseError) {
            return try DenseEvaluator(architecture: self, source: source)
        } catch {
            throw .evaluation(error.description)
        }
    }
}
