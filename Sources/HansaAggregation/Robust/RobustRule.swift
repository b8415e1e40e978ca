/// A mean that a few arbitrary updates cannot drag anywhere: what ``RobustAggregation`` makes a ``CohortRule`` of.
///
/// Every update counts once, whatever its client's data: a sample count is what a malicious client would choose.
public protocol RobustRule: Hashable, Sendable {
    /// The name in scenario files and in the registry.
    static var name: String { get }
    /// What it does, in one line.
    static var summary: String { get }
    /// Its options, beside `byzantine`, `pre` and `bucket-size`.
    static var options: [StrategyEntry.Option] { get }
    /// Options that have to be stated, with usual values.
    static var example: [String: StrategyOption] { get }
    /// Whether it compares updates by norms and distances.
    static var usesDistances: Bool { get }

    /// Reads its options.
    ///
    /// - Parameter byzantine: f, how many clients of a round may be malicious; nil where nobody said.
    init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError)

    /// The fewest rows it can work with.
    var rowCountMin: Int { get }

    /// The aggregate of the rows, in schema order, 0 for `local` blocks.
    ///
    /// - Parameter rows: At least ``rowCountMin`` of them.
    func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float]
}

extension RobustRule {
    public static var example: [String: StrategyOption] { [:] }
}
