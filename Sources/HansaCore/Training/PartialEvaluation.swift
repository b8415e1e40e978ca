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

    /// Measures chunk by chunk.
    ///
    /// - Parameters:
    ///   - chunks: which ones, among those of `exampleCount` examples cut into chunks of `size`.
    ///   - lossSum: the summed loss of a stretch of examples; adds those in the right class to the count.
    public init<Failure: Error>(
        chunks: Range<Int>,
        size: Int,
        exampleCount: Int,
        lossSum: (_ examples: Range<Int>, _ correctCount: inout Int) throws(Failure) -> Double
    ) throws(Failure) {
        self.chunks = chunks
        var correctCount = 0
        var losses: [Double] = []
        var measuredCount = 0
        losses.reserveCapacity(chunks.count)
        for chunk in chunks {
            let examples = chunk * size..<min((chunk + 1) * size, exampleCount)
            losses.append(try lossSum(examples, &correctCount))
            measuredCount += examples.count
        }
        self.exampleCount = measuredCount
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
