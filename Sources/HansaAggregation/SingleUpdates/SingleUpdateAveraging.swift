public import HansaCore

/// Federated averaging with another rule in place of the mean: the same work, clip, widths and server optimizer.
///
/// The state between rounds is the optimizer's.
public struct SingleUpdateAveraging<Rule: CohortRule>: Strategy {
    public static var name: String { Rule.name }

    private let rule: Rule
    private var averaging: FederatedAveraging

    /// Checks everything that can be checked before the model is known.
    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        var options = OptionReader(configuration.options)
        rule = try Rule(configuration, options: &options)
        try options.finish()
        var plain = configuration
        plain.options = [:]
        plain.returnedFields.formUnion(rule.returnedFields)
        averaging = try FederatedAveraging(plain)
        try Composition(configuration, traits: traits).check()
    }

    /// The registry's line.
    static var entry: StrategyEntry {
        StrategyEntry(
            Rule.name,
            Rule.summary,
            options: Rule.options,
            example: Rule.example,
            countsClients: Rule.countsClients
        ) {
            (configuration) throws(ConfigurationError) in try Self(configuration)
        }
    }

    public var traits: Set<StrategyTrait> { rule.traits.union([.singleUpdates]) }

    public func directive(
        for role: ClientRole,
        in context: RoundContext
    ) throws(AggregationError) -> RoundDirective {
        guard context.cohort >= rule.updateCountMin else {
            throw .configuration(
                .invalidValue(
                    key: "strategy",
                    got: "'\(Rule.name)' with rounds of \(context.cohort) updates",
                    expected: "at least \(rule.updateCountMin), or other options"
                )
            )
        }
        return try averaging.directive(for: role, in: context)
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try SingleUpdateAggregator(shape: shape, rule: rule)
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        try averaging.advance(&parameters, by: aggregate)
    }

    public var state: [StateTensor] { averaging.state }

    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        try averaging.restore(state)
    }
}
