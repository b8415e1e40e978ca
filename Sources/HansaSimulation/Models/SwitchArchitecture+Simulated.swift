import HansaCore
import HansaDense
import HansaLearning

/// Switch classifiers by the exact trainer.
extension SwitchArchitecture: SimulatedModel {
    func makeWorkspace() -> SwitchWorkspace { SwitchWorkspace(self) }

    func makeTrainer(
        on source: DatasetView,
        work: LocalWork,
        workspace: inout SwitchWorkspace
    ) throws(DenseError) -> SwitchTrainer<DatasetView> {
        try SwitchTrainer(architecture: self, source: source, workspace: workspace)
    }

    func makeEvaluator(on source: DatasetView) throws(DenseError) -> SwitchEvaluator<DatasetView> {
        try SwitchEvaluator(architecture: self, source: source)
    }
}
