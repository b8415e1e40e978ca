public import HansaCore

/// What a training left.
public struct TrainedModel: Sendable {
    /// The trained parameters, in schema order.
    public var parameters: [Float]
    public var summary: TrainingSummary
    /// How many examples it saw.
    public var sampleCount: Int
    #if !hasFeature(Embedded)
    /// How many tokens each expert learned from, in `ParameterSchema.experts`' order; empty for models without experts.
    public var expertLoads: [UInt32] = []
    #endif

    public init(parameters: [Float], summary: TrainingSummary, sampleCount: Int) {
        self.parameters = parameters
        self.summary = summary
        self.sampleCount = sampleCount
    }
}
