/// What a model did on a range of chunks of a data set: one part of a measurement.
///
/// Losses are summed within a chunk in order, and chunks in order, so that ranges may be measured in parallel.
public struct PartialEvaluation: Equatable, Sendable {
    /// The chunks measured.
    public let chunks: Range<Int>
    /// The examples in them.
    public let exampleCount: Int
    /// How many of these the model put into the right class.
    public let correctCount: Int
    /// The loss of each chunk, in nats, summed over its examples in order.
    public let losses: [Double]

    public init(chunks: Range<Int>, exampleCount: Int, correctCount: Int, losses: [Double]) {
        self.chunks = chunks
        self.exampleCount = exampleCount
        self.correctCount = correctCount
        self.losses = losses
    }

    /// Joins parts in any order; nil unless they cover `0..<chunkCount` exactly once.
    public static func combine(_ parts: [Self], chunkCount: Int) -> EvaluationSummary? {
        var summary = EvaluationSummary(exampleCount: 0, correctCount: 0, meanLoss: 0)
        var next = 0
        var lossSum = 0.0
        for part in parts.sorted(by: { $0.chunks.lowerBound < $1.chunks.lowerBound }) where !part.chunks.isEmpty {
            guard part.chunks.lowerBound == next else { return nil }
            next = part.chunks.upperBound
            summary.exampleCount += part.exampleCount
            summary.correctCount += part.correctCount
            for loss in part.losses { lossSum += loss }
        }
        guard next == chunkCount else { return nil }
        summary.meanLoss = lossSum / Double(summary.exampleCount)
        return summary
    }
}
