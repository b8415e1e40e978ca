/// How a model does on clients one by one: the part of a line of `metrics.jsonl` that says whom it serves badly.
///
/// Every client counts once, however many samples it has. All figures are functions of the model and the data: they do
/// not depend on how many threads measured.
/// - seealso: Li, Sanjabi, Beirami and Smith 2020 (arXiv:1905.10497) for the variance and the worst tenth as measures of
///   fairness.
public struct ClientDistribution: Codable, Equatable, Sendable {
    /// What part of a client's data was measured on.
    public enum Part: String, Codable, Sendable {
        /// What it trains on.
        case train
        /// What it holds back.
        case test
    }

    /// What each client was measured on.
    public var part: Part
    /// How many clients were measured.
    public var count: Int
    /// Mean of the clients' shares of right answers, 0 to 1.
    public var accuracyMean: Double
    /// Mean over the tenth of the clients that the model serves worst; of at least one client.
    public var accuracyWorstTenth: Double
    /// Variance of the clients' shares of right answers, 0 to 0.25: the mean squared distance from their mean.
    public var accuracyVariance: Double
    /// The shares of right answers at 0, 10, … 100 % of the clients in ascending order: eleven values, the least first.
    public var accuracyDeciles: [Double]
    /// How many clients have a share of right answers in each twentieth of 0 to 1: twenty values.
    public var accuracyHistogram: [Int]
    /// Mean of the clients' mean losses, in nats.
    public var lossMean: Double
    /// Variance of the clients' mean losses, in nats squared.
    public var lossVariance: Double

    /// Counts some clients' accuracies and losses, given in the clients' order; nil for none or for lists of different
    /// lengths.
    public init?(part: Part, accuracies: [Double], losses: [Double]) {
        guard !accuracies.isEmpty, accuracies.count == losses.count else { return nil }
        self.part = part
        count = accuracies.count
        let sorted = accuracies.sorted()
        (accuracyMean, accuracyVariance) = Self.moments(accuracies)
        (lossMean, lossVariance) = Self.moments(losses)
        let worst = sorted[..<max(1, sorted.count / 10)]
        accuracyWorstTenth = worst.reduce(0, +) / Double(worst.count)
        accuracyDeciles = (0...10).map { sorted[(sorted.count - 1) * $0 / 10] }
        accuracyHistogram = sorted.reduce(into: [Int](repeating: 0, count: 20)) { counts, accuracy in
            let bin = Int(exactly: (accuracy * 20).rounded(.down)) ?? 0
            counts[min(max(bin, 0), 19)] += 1
        }
    }

    /// Mean and variance, summed in order.
    private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, squares / Double(values.count))
    }
}
