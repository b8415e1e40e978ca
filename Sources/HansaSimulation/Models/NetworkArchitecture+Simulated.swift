import HansaCore
import HansaLearning
import HansaNumerics

/// Networks by oneDNN, whose results are the same on one machine type, library and instruction set.
extension NetworkArchitecture: SimulatedModel {
    /// Made at the first training, which says how large batches are.
    struct Workspace {
        fileprivate var held: NetworkWorkspace?
    }

    func makeWorkspace() -> Workspace { Workspace() }

    func train(
        _ parameters: inout [Float],
        on source: DatasetView,
        work: LocalWork,
        stream: RandomStream,
        workspace: inout Workspace
    ) -> Result<TrainingSummary, TrainingRefusal> {
        do throws(NetworkError) {
            let batchSize = NetworkTrainer<DatasetView>.batchSize(of: work)
            if workspace.held?.batchSize != batchSize { workspace.held = nil }
            let held: NetworkWorkspace
            if let kept = workspace.held {
                held = kept
            } else {
                held = try NetworkWorkspace(self, batchSize: batchSize)
            }
            workspace.held = held
            var trainer = try NetworkTrainer(source: source, workspace: held)
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
        do throws(NetworkError) {
            return try evaluator.evaluate(parameters, chunks: chunks)
        } catch {
            throw error == .notFinite ? .diverged : .evaluation(error.description)
        }
    }

    private func evaluator(_ source: DatasetView) throws(SimulationError) -> NetworkEvaluator<DatasetView> {
        do throws(NetworkError) {
            return try NetworkEvaluator(architecture: self, source: source)
        } catch {
            throw .evaluation(error.description)
        }
    }
}
