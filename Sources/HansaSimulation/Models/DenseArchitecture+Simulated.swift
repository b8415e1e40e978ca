import HansaCore
import HansaDense
import HansaLearning
import HansaNumerics

extension DenseError: TrainingFailure {}

/// The exact trainer, whose results are the same bits everywhere.
extension DenseArchitecture: SimulatedModel {
    func makeWorkspace() -> DenseWorkspace { DenseWorkspace(self) }

    func makeTrainer(
        on source: DatasetView,
        work: LocalWork,
        workspace: inout DenseWorkspace
    ) throws(DenseError) -> DenseTrainer<DatasetView> {
        try DenseTrainer(architecture: self, source: source, workspace: workspace)
    }

    func makeEvaluator(on source: DatasetView) throws(DenseError) -> DenseEvaluator<DatasetView> {
        try DenseEvaluator(architecture: self, source: source)
    }
}
