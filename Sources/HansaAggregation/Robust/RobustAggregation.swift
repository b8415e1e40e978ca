import HansaCore

/// A robust rule behind a mixing of updates, as a ``CohortRule``.
///
/// Options of all of them: `byzantine`, how many clients of a round may be malicious; `pre`, the mixing, `none`, `nnm` or
/// `bucketing`; `bucket-size`.
public struct RobustAggregation<Rule: RobustRule>: CohortRule {
    public static var name: String { Rule.name }
    public static var summary: String { Rule.summary }
    public static var options: [StrategyEntry.Option] {
        Rule.options + [
            StrategyEntry.Option(
                "byzantine",
                values: "a whole number of 0 or more; none",
                "how many clients of a round may be malicious; krum, multi-krum and nnm need it"
            ),
            StrategyEntry.Option(
                "pre",
                values: "none, nnm or bucketing; none",
                "what mixes updates first: means of the nearest, or of random buckets"
            ),
            StrategyEntry.Option(
                "bucket-size",
                values: "a whole number from 2 to 1024; 2",
                "how many updates a bucket holds"
            ),
        ]
    }

    public static var example: [String: StrategyOption] { Rule.example }
    public static var countsClients: Bool { true }

    private let rule: Rule
    private let pre: PreAggregation

    public init(_ configuration: StrategyConfiguration, options: inout OptionReader) throws(ConfigurationError) {
        let byzantine = try options.count("byzantine", in: 0...Int(Int32.max))
        let size = try options.count("bucket-size", in: 2...1024)
        switch try options.word("pre", among: ["none", "nnm", "bucketing"]) {
        case "nnm"?:
            guard let byzantine else {
                throw .missing(key: "byzantine", expected: "a number: nnm takes the mean of all but so many neighbours")
            }
            pre = .nearestNeighbourMixing(byzantine: byzantine)
        case "bucketing"?: pre = .bucketing(size: size ?? 2)
        default: pre = .none
        }
        if size != nil, pre != .bucketing(size: size ?? 2) {
            throw .invalidValue(key: "bucket-size", got: "a size without buckets", expected: "pre: bucketing beside it")
        }
        rule = try Rule(&options, byzantine: byzantine)
        guard configuration.weighting == .uniform else {
            throw .invalidValue(
                key: "weighting",
                got: "weights by sample counts",
                expected:
                    "uniform: '\(Rule.name)' counts clients, and a malicious one would claim any number of samples"
            )
        }
    }

    public var traits: Set<StrategyTrait> {
        if case .nearestNeighbourMixing = pre { return [.distances] }
        return Rule.usesDistances ? [.distances] : []
    }

    public var updateCountMin: Int { pre.updateCount(forRows: max(1, rule.rowCountMin)) }

    public func aggregate(_ updates: PackedUpdates) throws(AggregationError) -> [Float] {
        try rule.aggregate(MixedUpdates(updates, pre: pre))
    }
}
