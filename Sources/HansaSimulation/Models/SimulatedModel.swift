import HansaCore
import HansaLearning
import HansaNumerics

/// A model as a simulation needs it: trained by clients' workers, measured by the coordinator's.
protocol SimulatedModel: Sendable {
    /// Memory that one worker keeps from client to client.
    associatedtype Workspace

    func makeWorkspace() -> Workspace

    /// Trains in place on one client's data.
    ///
    /// - Returns: the summary, or why there is none.
    func train(
        _ parameters: inout [Float],
        on source: DatasetView,
        work: LocalWork,
        stream: RandomStream,
        workspace: inout Workspace
    ) -> Result<TrainingSummary, TrainingRefusal>

    /// How many chunks data to measure on have; refuses data that the model does not fit.
    func chunkCount(of source: DatasetView) throws(SimulationError) -> Int

    /// Measures a range of chunks.
    func evaluate(
        _ parameters: [Float],
        on source: DatasetView,
        chunks: Range<Int>
    ) throws(SimulationError) -> PartialEvaluation
}

/// Why a simulated client's training gave nothing.
struct TrainingRefusal: Error {
    let reason: RefusalReason
    /// Whether other examples of as many features could have gone well.
    let dependsOnExamples: Bool
}
