public import HansaCore

/// How the single updates of a cohort become one, where a sum is not enough.
///
/// ``SingleUpdateAveraging`` makes a strategy of one: it asks clients for what federated averaging asks, keeps their packed
/// updates, hands them to ``aggregate(_:)`` at the round's end, and lets a server optimizer apply the result.
public protocol CohortRule: Hashable, Sendable {
    /// The name in scenario files and in the registry.
    static var name: String { get }
    /// What it does, in one line.
    static var summary: String { get }
    static var options: [StrategyEntry.Option] { get }
    /// Options that have to be stated, with usual values.
    static var example: [String: StrategyOption] { get }
    /// Whether every update counts once, whatever its client's data.
    static var countsClients: Bool { get }

    /// What decides which noise, weights and widths it goes with, beside reading single updates.
    var traits: Set<StrategyTrait> { get }

    /// Reads its options, and refuses a configuration it cannot work with.
    init(_ configuration: StrategyConfiguration, options: inout OptionReader) throws(ConfigurationError)

    /// What clients have to return for it, beside what the configuration asks.
    var returnedFields: ReturnedFields { get }

    /// The fewest updates it can report from.
    var updateCountMin: Int { get }

    /// Refuses an update that lacks what it needs; the payload, role and weight are checked by then.
    func admit(_ update: VerifiedUpdate) throws(AggregationError)

    /// The aggregate update in schema order, 0 for `local` blocks: a function of the set of updates.
    ///
    /// - Parameter updates: At least ``updateCountMin`` of them.
    func aggregate(_ updates: PackedUpdates) throws(AggregationError) -> [Float]
}

extension CohortRule {
    public static var example: [String: StrategyOption] { [:] }
    public static var countsClients: Bool { false }
    public var traits: Set<StrategyTrait> { [] }
    public var returnedFields: ReturnedFields { [] }
    public var updateCountMin: Int { 1 }
    public func admit(_ update: VerifiedUpdate) throws(AggregationError) {}
}
