/// How a model did on a data set.
public struct EvaluationSummary: Equatable, Sendable {
    /// How many examples were looked at.
    public var exampleCount: Int
    /// How many of them the model put into the right class.
    public var correctCount: Int
    /// The mean cross-entropy, in nats.
    public var meanLoss: Double

    /// The share of right answers, 0 to 1; 0 for no examples.
    public var accuracy: Double { exampleCount == 0 ? 0 : Double(correctCount) / Double(exampleCount) }

    public init(exampleCount: Int, correctCount: Int, meanLoss: Double) {
        self.exampleCount = exampleCount
        self.correctCount = correctCount
        self.meanLoss = meanLoss
    }
}
