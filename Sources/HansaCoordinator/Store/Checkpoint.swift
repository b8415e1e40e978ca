public import HansaAggregation
public import HansaCore
public import HansaNumerics

/// A model version with everything that must survive with it.
public struct Checkpoint: Equatable, Sendable {
    /// 0 for the initial model, then one more per committed round.
    public var version: UInt64
    /// The round that made it; 0 for the initial model.
    public var round: UInt32
    public let schema: ParameterSchema
    /// The parameters in schema order.
    public let parameters: [Float]
    /// The strategy's state between rounds.
    public var strategyState: [StateTensor]
    /// The digest of the model, without the strategy's state; made once, for a large model takes a while to hash.
    public let modelDigest: SHA256Digest

    public init(
        version: UInt64,
        round: UInt32,
        schema: ParameterSchema,
        parameters: [Float],
        strategyState: [StateTensor]
    ) {
        self.version = version
        self.round = round
        self.schema = schema
        self.parameters = parameters
        self.strategyState = strategyState
        modelDigest = SHA256Digest(schema: schema, parameters: parameters)
    }
}
