/// A rule that moves the model by a round's aggregate, as if the aggregate were a negative gradient.
///
/// Strategies own one and call ``advance(_:by:)``. Arithmetic is element by element in float32, with IEEE add, multiply,
/// divide and square root only, so that every processor gives the same bits.
public protocol ServerOptimizer: Sendable {
    /// The vectors that must survive a restart, in a fixed order; none before the first step.
    var state: [StateTensor] { get }

    /// Takes up stored state: all vectors of ``state``, or none for a fresh start. Refuses anything else, unchanged.
    mutating func restore(_ state: [StateTensor]) throws(AggregationError)

    /// How many parameters the state is for; nil before the first step.
    var parameterCount: Int? { get }

    /// One step, in place. ``advance(_:by:)`` has compared the counts and will discard a result that is not finite.
    mutating func step(_ parameters: inout [Float], by delta: [Float])

    /// Moves the model; leaves model and state as they were where the aggregate, the new model or the new state holds a
    /// value that is not finite, or where the counts differ.
    mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError)
}

extension ServerOptimizer {
    public mutating func advance(
        _ parameters: inout [Float],
        by aggregate: Aggregate
    ) throws(AggregationError) {
        guard aggregate.delta.count == parameters.count else { throw .shapeMismatch }
        if let parameterCount, parameterCount != parameters.count {
            throw .invalidState("it is for \(parameterCount) parameters, the model has \(parameters.count)")
        }
        guard aggregate.delta.isFinite else { throw .notFinite }
        var next = self
        var moved = parameters
        next.step(&moved, by: aggregate.delta)
        guard moved.isFinite, next.state.allSatisfy(\.values.isFinite) else { throw .notFinite }
        parameters = moved
        self = next
    }
}
