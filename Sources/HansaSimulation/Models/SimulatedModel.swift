import HansaCore
import HansaLearning
import HansaNumerics

/// A model as a simulation needs it: trained by clients' workers, measured by the coordinator's.
protocol SimulatedModel: Sendable {
    /// Memory that one worker keeps from client to client.
    associatedtype Workspace
    associatedtype Failure: TrainingFailure
    associatedtype Trainer: GradientTrainer where Trainer.Failure == Failure
    associatedtype Evaluator: ModelEvaluator & Sendable where Evaluator.Failure == Failure

    func makeWorkspace() -> Workspace

    /// What trains on one client's data, in a worker's memory.
    func makeTrainer(
        on source: DatasetView,
        work: LocalWork,
        workspace: inout Workspace
    ) throws(Failure) -> Trainer

    /// What measures the model on data; refuses those that it does not fit.
    func makeEvaluator(on source: DatasetView) throws(Failure) -> Evaluator
}

/// Why a training or a measurement gave nothing, as a simulation asks.
protocol TrainingFailure: Error, Equatable, CustomStringConvertible {
    /// The parameters, or what was computed with them, are not finite.
    static var notFinite: Self { get }
    /// The reason to refuse work with.
    var refusal: RefusalReason { get }
    /// Whether other examples of as many features could have gone well.
    var dependsOnExamples: Bool { get }
}
