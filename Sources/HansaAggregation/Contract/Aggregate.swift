/// What a round's updates add up to.
public struct Aggregate: Equatable, Sendable {
    /// The aggregate update in schema order, which the coordinator adds: the sign on the wire is local − received.
    ///
    /// Parameters of `local` blocks are 0.
    public var delta: [Float]
    /// How many updates are in it.
    public var updateCount: Int
    /// The sum of their weights.
    public var totalWeight: Int64
    /// What a strategy's own aggregator reports beside the sum, for ``Strategy/advance(_:by:)`` of that strategy.
    public var parts: [StateTensor] = []

    public init(delta: [Float], updateCount: Int, totalWeight: Int64) {
        self.delta = delta
        self.updateCount = updateCount
        self.totalWeight = totalWeight
    }
}
