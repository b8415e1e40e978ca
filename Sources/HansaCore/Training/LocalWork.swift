/// What a client is asked to do with its data: mini-batch SGD.
///
/// Per batch of B examples with mean gradient g at parameters w: v ← momentum·v + (g + weightDecay·w), w ← w − rate·v.
public struct LocalWork: Hashable, Sendable {
    /// Passes over the data; at least 1.
    public var epochs: UInt32
    /// Examples a batch; the last batch of an epoch may be smaller.
    ///
    /// 0 means all examples in one batch.
    public var batchSize: UInt32
    /// The learning rate, finite and at least 0.
    public var learningRate: Float
    /// Momentum in [0, 1).
    public var momentum: Float
    /// L2 weight decay, finite and at least 0.
    public var weightDecay: Float
    /// Whether each epoch visits the examples in a new random order; otherwise in stored order.
    public var shuffles: Bool
    /// An upper bound on gradient steps over all epochs; 0 means none.
    public var stepCountMax: UInt32

    public init(
        epochs: UInt32,
        batchSize: UInt32,
        learningRate: Float,
        momentum: Float = 0,
        weightDecay: Float = 0,
        shuffles: Bool = true,
        stepCountMax: UInt32 = 0
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.momentum = momentum
        self.weightDecay = weightDecay
        self.shuffles = shuffles
        self.stepCountMax = stepCountMax
    }

    /// Whether every number is in its range.
    public var isValid: Bool {
        epochs >= 1 && learningRate.isFinite && learningRate >= 0 && momentum >= 0 && momentum < 1
            && weightDecay.isFinite && weightDecay >= 0
    }
}
