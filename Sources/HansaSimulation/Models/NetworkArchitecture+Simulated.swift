import HansaCore
import HansaLearning
import HansaNumerics

extension NetworkError: TrainingFailure {}

/// Networks by oneDNN, whose results are the same on one machine type, library and instruction set.
extension NetworkArchitecture: SimulatedModel {
    /// Made at the first training, which says how large batches are.
    struct Workspace {
        fileprivate var held: NetworkWorkspace?
    }

    func makeWorkspace() -> Workspace { Workspace() }

    func makeTrainer(
        on source: DatasetView,
        work: LocalWork,
        workspace: inout Workspace
    ) throws(NetworkError) -> NetworkTrainer<DatasetView> {
        let batchSize = NetworkTrainer<DatasetView>.batchSize(of: work)
        // Never two workspaces at once: the old one goes before the new one is made.
        if workspace.held?.batchSize != batchSize { workspace.held = nil }
        let held: NetworkWorkspace
        if let kept = workspace.held { held = kept } else { held = try NetworkWorkspace(self, batchSize: batchSize) }
        workspace.held = held
        return try NetworkTrainer(source: source, workspace: held)
    }

    func makeEvaluator(on source: DatasetView) throws(NetworkError) -> NetworkEvaluator<DatasetView> {
        try NetworkEvaluator(architecture: self, source: source)
    }
}
