/// The geometric median, by smoothed Weiszfeld steps (RFA): the point with the least sum of distances to the updates.
///
/// From the mean, each of `iterations` steps is z ← Σ_i w_i x_i / Σ_i w_i with w_i = 1 / max(ν, ‖z − x_i‖); ν is
/// `smoothing`. The steps move weights, not coordinates: only the last point is written out.
/// - seealso: Pillutla, Kakade, Harchaoui 2022 (arXiv:1912.13445), algorithm 2.
public struct GeometricMedian: RobustRule {
    public static let name = "geometric-median"
    public static let summary = "the point with the least sum of distances to the updates (RFA)"
    public static let options = [
        StrategyEntry.Option(
            "iterations",
            values: "a whole number from 1 to 1000; 8",
            "how many Weiszfeld steps are made"
        ),
        StrategyEntry.Option(
            "smoothing",
            values: "a number above 0; 0.000001",
            "the distance below which an update weighs no more"
        ),
    ]
    public static let usesDistances = true

    private let iterations: Int
    private let smoothing: Double

    public init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError) {
        iterations = try options.count("iterations", in: 1...1000) ?? 8
        smoothing = try options.number("smoothing", expected: "a number above 0") { $0 > 0 } ?? 1e-6
    }

    public var rowCountMin: Int { 1 }

    public func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float] {
        let geometry = try CohortGeometry(rows)
        var weights = [Double](repeating: 1 / Double(rows.count), count: rows.count)
        for _ in 0..<iterations {
            let inverse = geometry.squaredDistances(to: weights + [0]).map { 1 / max(smoothing, $0.squareRoot()) }
            let total = inverse.reduce(0, +)
            weights = inverse.map { $0 / total }
        }
        return rows.combination(weights)
    }
}
