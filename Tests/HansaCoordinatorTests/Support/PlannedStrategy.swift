import HansaAggregation
import HansaCore

/// Federated averaging whose aggregates are refused in some rounds, or whose plan a test has changed.
struct PlannedStrategy: Strategy {
    static let name = "planned"

    var base: any Strategy
    var refusedRounds: Set<UInt32> = []
    var change: @Sendable (inout RoundDirective) -> Void = { _ in }

    /// The round that the next aggregate belongs to.
    private var round: UInt32 = 1

    init(
        base: any Strategy,
        refusedRounds: Set<UInt32> = [],
        change: @escaping @Sendable (inout RoundDirective) -> Void = { _ in }
    ) {
        self.base = base
        self.refusedRounds = refusedRounds
        self.change = change
    }

    func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective {
        var directive = try base.directive(for: role, in: context)
        change(&directive)
        return directive
    }

    func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try base.makeAggregator(shape: shape)
    }

    mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        guard !refusedRounds.contains(round) else { throw .notFinite }
        try base.advance(&parameters, by: aggregate)
        round += 1
    }
}
