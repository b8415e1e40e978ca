/// Norm bounding: the mean of the updates, each cut to a norm M: (1/n) Σ_i x_i · min(1, M / ‖x_i‖).
///
/// M is `bound`, or the median of the round's norms.
/// - seealso: Sun, Kairouz, Suresh, McMahan 2019 (arXiv:1911.07963), section 4.
public struct NormBounding: RobustRule {
    public static let name = "norm-bounding"
    public static let summary = "the mean of updates whose norms are cut to a bound"
    public static let options = [
        StrategyEntry.Option(
            "bound",
            values: "a number above 0, or median; median",
            "the norm that longer updates are cut to"
        )
    ]
    public static let usesDistances = true

    private let bound: NormLimit

    public init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError) {
        bound = try NormLimit(&options, key: "bound")
    }

    public var rowCountMin: Int { 1 }

    public func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float] {
        let norms = try rows.norms()
        return rows.combination(bound.factors(norms).map { $0 / Double(rows.count) })
    }
}
