/// Centered clipping: each of `iterations` steps moves a center by the mean of the updates' distances to it, cut to τ.
///
///     v ← v + (1/n) Σ_i (x_i − v) · min(1, τ / ‖x_i − v‖)
///
/// τ is `radius`, or the median distance of the step. Departure: the paper starts from the last round's aggregate of
/// worker momentum; here v starts at 0, the model as it is, so that a round needs nothing of the one before it.
/// - seealso: Karimireddy, He, Jaggi 2021 (arXiv:2012.10333), equation CC.
public struct CenteredClipping: RobustRule {
    public static let name = "centered-clipping"
    public static let summary = "a center, moved by what updates differ from it, cut to a radius"
    public static let options = [
        StrategyEntry.Option("radius", values: "a number above 0, or median; median", "how far one update can pull"),
        StrategyEntry.Option("iterations", values: "a whole number from 1 to 1000; 3", "how often the center moves"),
    ]
    public static let usesDistances = true

    private let radius: NormLimit
    private let iterations: Int

    public init(_ options: inout OptionReader, byzantine: Int?) throws(ConfigurationError) {
        radius = try NormLimit(&options, key: "radius")
        iterations = try options.count("iterations", in: 1...1000) ?? 3
    }

    public var rowCountMin: Int { 1 }

    public func aggregate(_ rows: MixedUpdates) throws(AggregationError) -> [Float] {
        let geometry = try CohortGeometry(rows)
        // The center's share of every row, and of the origin.
        var weights = [Double](repeating: 0, count: rows.count) + [1]
        for _ in 0..<iterations {
            let lengths = geometry.squaredDistances(to: weights).map { $0.squareRoot() }
            let pulls = radius.factors(lengths).map { $0 / Double(rows.count) }
            let kept = 1 - pulls.reduce(0, +)
            for index in weights.indices { weights[index] *= kept }
            for (row, pull) in pulls.enumerated() { weights[row] += pull }
        }
        return rows.combination(Array(weights.dropLast()))
    }
}
