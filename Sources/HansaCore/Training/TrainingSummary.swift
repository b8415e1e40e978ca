/// What a local training did; it stays on the client unless the plan says what may be sent back.
public struct TrainingSummary: Equatable, Sendable {
    /// Gradient steps taken.
    public var stepCount: Int
    /// The mean loss over all batches, in nats.
    public var meanLoss: Double

    public init(stepCount: Int, meanLoss: Double) {
        self.stepCount = stepCount
        self.meanLoss = meanLoss
    }
}
