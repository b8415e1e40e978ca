/// Keeps a round's packed updates and lets a rule make one of them at the end.
///
/// The rule sees them in the order of their assignments, so neither the order nor the grouping in which they came can
/// show. Memory is the cohort times the packed size, and the rule's.
public struct SingleUpdateAggregator<Rule: CohortRule>: Aggregator {
    public static var need: UpdateNeed { .singleUpdates }

    private let rule: Rule
    private var updates: PackedUpdates

    /// An aggregator of no updates.
    public init(shape: AggregationShape, rule: Rule) throws(AggregationError) {
        self.rule = rule
        updates = try PackedUpdates(shape: shape)
    }

    public var canReport: Bool { updates.count >= max(1, rule.updateCountMin) }

    public mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) {
        try rule.admit(update)
        try updates.insert(update)
    }

    public mutating func merge(_ other: Self) throws(AggregationError) {
        guard rule == other.rule else { throw .shapeMismatch }
        try updates.merge(other.updates)
    }

    public consuming func report() throws(AggregationError) -> Aggregate {
        guard !updates.isEmpty else { throw .empty }
        guard canReport else { throw .tooFewUpdates(got: updates.count, expected: rule.updateCountMin) }
        return Aggregate(
            delta: try rule.aggregate(updates),
            updateCount: updates.count,
            totalWeight: updates.totalWeight
        )
    }
}
