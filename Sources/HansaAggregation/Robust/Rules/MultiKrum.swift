/// Multi-Krum: the mean of the m updates with the lowest Krum scores; m is n − f where `select` does not say.
///
/// Needs n > 2f + 2 updates. The mean is exact but for one rounding. The paper proves its bound for m ≤ n − f − 2; n − f
/// is what is used since, because it drops no more than the f that may lie.
/// - seealso: Blanchard, El Mhamdi, Guerraoui, Stainer 2017 (arXiv:1703.02757), section 5.
public struct MultiKrum: RobustRule {
    public static let name = "multi-krum"
    public static let summary = "the mean of the updates with the nearest neighbours"
    public static let options = [
        StrategyEntry.Option(
            "select",
            values: "a whole number of 1 or more; all but byzantine",
            "how many updates the mean is taken of"
        )
    ]
    public static let example: [String: StrategyOption] = ["byzantine": .number(1)]
    public static let usesDistances = true

    private let byzantine: Int
    private let select: Int?

    public init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError) {
        guard let byzantine else {
            throw .missing(key: "byzantine", expected: "how many clients of a round may be malicious")
        }
        self.byzantine = byzantine
        select = try options.count("select", in: 1...Int(Int32.max))
    }

    public var rowCountMin: Int { max(2 * byzantine + 3, select ?? 1) }

    public func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float] {
        let scores = try KrumScores(rows, byzantine: byzantine)
        return try rows.mean(of: Array(scores.order.prefix(select ?? rows.count - byzantine)))
    }
}
