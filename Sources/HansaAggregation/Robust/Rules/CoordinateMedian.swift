/// The coordinate-wise median: the middle value of each coordinate, or the mean of the two middle ones.
///
/// - seealso: Yin, Chen, Ramchandran, Bartlett 2018 (arXiv:1803.01498), definition 1.
public struct CoordinateMedian: RobustRule {
    public static let name = "median"
    public static let summary = "the middle value of each coordinate"
    public static let options: [StrategyEntry.Option] = []
    public static let usesDistances = false

    public init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError) {}

    public var rowCountMin: Int { 1 }

    public func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float] {
        let middle = rows.count / 2
        return rows.count % 2 == 1
            ? rows.byCoordinate(divisor: 1) { $0[middle] }
            : rows.byCoordinate(divisor: 2) { $0[middle - 1] + $0[middle] }
    }
}
