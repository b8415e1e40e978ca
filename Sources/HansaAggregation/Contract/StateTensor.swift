/// One named vector of a strategy's state between rounds, kept in every checkpoint.
public struct StateTensor: Equatable, Sendable {
    /// The name, unique within the strategy, for example `optimizer.momentum`.
    public var name: String
    public var values: [Float]

    public init(name: String, values: [Float]) {
        self.name = name
        self.values = values
    }
}
