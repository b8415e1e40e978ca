public import HansaNumerics

/// Trains a model on one client's data.
///
/// Called by the client's agent, on a device or in the simulator. A conformance states its determinism class: the exact
/// trainer gives the same bits everywhere, others on one machine only.
public protocol LocalTrainer {
    /// What can go wrong while training.
    associatedtype Failure: Error

    /// The number of examples the client trains on, which is its unclipped aggregation weight.
    var exampleCount: Int { get }

    /// Trains in place from the round's model.
    ///
    /// - Parameters:
    ///   - parameters: the flat vector in schema order; on return the trained parameters.
    ///   - work: what the plan asks for.
    ///   - stream: the client's random stream of this round for shuffling.
    mutating func train(
        _ parameters: inout [Float],
        work: LocalWork,
        stream: RandomStream
    ) throws(Failure) -> TrainingSummary
}
