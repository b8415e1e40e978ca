/// What the model did on a range of chunks: one part of a measurement.
public struct DenseEvaluation: Equatable, Sendable {
    /// The chunks measured.
    public let chunks: Range<Int>
    /// The examples in them.
    public let exampleCount: Int
    /// How many of these the model put into the right class.
    public let correctCount: Int
    /// The loss of each chunk, in nats, summed over its examples in order.
    public let losses: [Double]
}
