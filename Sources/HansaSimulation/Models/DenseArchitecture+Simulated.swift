import HansaCore
import HansaDense
import HansaLearning
import HansaNumerics

extension DenseError: TrainingFailure {}

/// The exact trainer, whose results are the same bits everywhere.
extension DenseArchitecture: SimulatedModel {
    func makeWorkspace() -> DenseWorkspace { DenseWorkspace(self) }

    func train(
        _ parameters: inout [Float],
        on source: DatasetView,
        work: LocalWork,
        stream: RandomStream,
        workspace: inout DenseWorkspace
    ) throws(DenseError) -> TrainingSummary {
        var trainer = try DenseTrainer(architecture: self, source: source, workspace: workspace)
        return try trainer.train(&parameters, work: work, stream: stream)
    }

    func makeEvaluator(on source: DatasetView) throws(DenseError) -> DenseEvaluator<DatasetView> {
        try DenseEvaluator(architecture: self, source: source)
    }
}
