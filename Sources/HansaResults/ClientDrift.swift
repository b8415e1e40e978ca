/// How far clients moved away from the model that they received, and from each other, in one round: Euclidean norms of
/// updates before clipping, rounding and noise.
///
/// A figure of simulations alone: whoever simulates holds every device. A coordinator of real clients sees sums where a
/// plan has it so, and has no such figure.
public struct ClientDrift: Codable, Equatable, Sendable {
    /// Mean and largest norm of the accepted clients' updates.
    public var normMean: Double
    public var normMax: Double
    /// Root mean square of the distances of updates from their mean, each client counting once:
    /// √(Σ‖u‖²/n − ‖Σu/n‖²).
    ///
    /// Absent where other clients trained than those whose updates count.
    public var distance: Double?

    public init(normMean: Double, normMax: Double, distance: Double?) {
        self.normMean = normMean
        self.normMax = normMax
        self.distance = distance
    }
}
