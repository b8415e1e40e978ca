import HansaAggregation
import HansaCore

/// signSGD with majority vote over local models: every parameter takes one step to the side that most clients moved it to.
///
/// With Δ_k the clients' updates and η the option `step`: Δ = η · sign(Σ_k sign(Δ_k)), to which the server optimizer is
/// applied. A client moves each parameter by at most one vote, however large its update is.
/// - seealso: Algorithm 1 of Bernstein et al. 2019 (arXiv:1810.05291); there clients send signs of gradients, here updates.
public struct MajorityVote: Strategy {
    public static let name = "majority-vote"
    /// What a program adds to its registry.
    public static let entry = StrategyEntry(
        name,
        "one step to the side that most clients chose",
        options: [
            StrategyEntry.Option("step", values: "a number above 0; 0.01", "how far a parameter moves in a round")
        ],
        make: { (configuration) throws(ConfigurationError) in try Self(configuration) }
    )

    public let traits: Set<StrategyTrait> = [.singleUpdates]
    /// Plans rounds and applies the server optimizer.
    private var averaging: FederatedAveraging
    private let step: Float

    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        var rest = configuration
        switch rest.options.removeValue(forKey: "step") {
        case nil: step = 0.01
        case .number(let value)? where value > 0 && value.isFinite: step = Float(value)
        case let got?: throw .invalidValue(key: "step", got: "\(got)", expected: "a finite number above 0")
        }
        averaging = try FederatedAveraging(rest)
    }

    public func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective {
        try averaging.directive(for: role, in: context)
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        MajorityAggregator(updates: try PackedUpdates(shape: shape), step: step)
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        try averaging.advance(&parameters, by: aggregate)
    }

    public var state: [StateTensor] { averaging.state }
    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) { try averaging.restore(state) }
}

/// Keeps the round's updates as they came and counts their signs at the end.
struct MajorityAggregator: Aggregator {
    static let need = UpdateNeed.singleUpdates
    var updates: PackedUpdates
    let step: Float

    var canReport: Bool { !updates.isEmpty }
    mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) { try updates.insert(update) }
    mutating func merge(_ other: Self) throws(AggregationError) { try updates.merge(other.updates) }

    consuming func report() throws(AggregationError) -> Aggregate {
        guard canReport else { throw .empty }
        var delta = [Float](repeating: 0, count: updates.shape.schema.count)
        updates.forEachBlock { block in
            for (index, parameter) in block.parameters.enumerated() {
                let votes = (0..<updates.count).reduce(0) { $0 + block[$1, index].signum() }
                delta[parameter] = step * Float(votes.signum())
            }
        }
        return Aggregate(delta: delta, updateCount: updates.count, totalWeight: updates.totalWeight)
    }
}
