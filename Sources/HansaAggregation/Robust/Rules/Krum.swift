/// Krum: the one update that lies closest to its n − f − 2 nearest others.
///
/// Needs n > 2f + 2 updates. Distances are exact integers for each step, so a tie is a tie, and the earlier assignment
/// wins it.
/// - seealso: Blanchard, El Mhamdi, Guerraoui, Stainer 2017 (arXiv:1703.02757), section 4.
public struct Krum: RobustRule {
    public static let name = "krum"
    public static let summary = "the one update with the nearest neighbours"
    public static let options: [StrategyEntry.Option] = []
    public static let example: [String: StrategyOption] = ["byzantine": .number(1)]
    public static let usesDistances = true

    private let byzantine: Int

    public init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError) {
        guard let byzantine else {
            throw .missing(key: "byzantine", expected: "how many clients of a round may be malicious")
        }
        self.byzantine = byzantine
    }

    public var rowCountMin: Int { 2 * byzantine + 3 }

    public func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float] {
        try rows.mean(of: Array(KrumScores(rows, byzantine: byzantine).order.prefix(1)))
    }
}
