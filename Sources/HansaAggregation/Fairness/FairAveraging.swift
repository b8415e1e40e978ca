public import HansaCore
import HansaNumerics
import HansaQuantization

/// q-FedAvg: clients that lose more count more, the more so the larger q.
///
/// For the fair objective Σ_k p_k F_k^(q+1) / (q + 1), updates Δ_k and losses F_k, with L the gradient's Lipschitz
/// constant, estimated as 1 / (local learning rate):
///
///     aggregate = Σ_k n_k F_k^q Δ_k / Σ_k n_k F_k^q (1 + q L ‖Δ_k‖² / F_k)
///
/// which is the paper's Σ F^q L Δ / Σ (q F^(q−1) ‖L Δ‖² + L F^q) over L; losses are divided by the largest first, so that
/// no power overflows. With q = 0 it is federated averaging. Norms are exact integers; the sum is in Double, in the order
/// of assignments.
///
/// Departures: F_k is the mean loss of the client's training in the round, over the batches as it went, not its loss at
/// the round's model, which would cost a pass over the data; a loss below 1e-10 counts as that. A client that lies about
/// its loss decides what it counts.
/// - seealso: Algorithm 2 of Li, Sanjabi, Beirami, Smith 2020 (arXiv:1905.10497).
public struct FairAveraging: CohortRule {
    public static let name = "q-fedavg"
    public static let summary = "clients that lose more count more"
    public static let options = [
        StrategyEntry.Option(
            "q",
            values: "a number from 0 to 100; 1",
            "how much more a larger loss counts; 0 is the mean"
        ),
        StrategyEntry.Option(
            "lipschitz",
            values: "a number above 0; 1 over the local learning rate",
            "L, the gradient's Lipschitz constant"
        ),
    ]

    /// A loss that counts as none.
    private static let lossMin = 1e-10

    private let q: Double
    private let lipschitz: Double?

    public init(_ configuration: StrategyConfiguration, options: inout OptionReader) throws(ConfigurationError) {
        q = try options.number("q", expected: "a number from 0 to 100") { (0...100).contains($0) } ?? 1
        lipschitz = try options.number("lipschitz", expected: "a number above 0") { $0 > 0 }
        if case .samplesOnClient = configuration.weighting {
            throw .invalidValue(
                key: "weighting",
                got: "samples-on-client",
                expected: "uniform or samples: a norm that the client scaled by its sample count is no gradient's"
            )
        }
        guard lipschitz != nil || configuration.work.learningRate > 0 else {
            throw .missing(key: "lipschitz", expected: "a number, because the local learning rate is 0")
        }
    }

    public var traits: Set<StrategyTrait> { [.losses] }
    public var returnedFields: ReturnedFields { .trainingLoss }

    public func admit(_ update: VerifiedUpdate) throws(AggregationError) {
        guard let loss = update.trainingLoss, loss.isFinite else { throw .missingLoss }
    }

    public func aggregate(_ updates: PackedUpdates) throws(AggregationError) -> [Float] {
        let norms = try updates.squaredNorms()
        let losses = updates.updates.map { max(Self.lossMin, Double($0.trainingLoss ?? 0)) }
        let largest = losses.max() ?? 1
        var (coefficients, total): ([Double], Double) = ([], 0)
        for (index, update) in updates.updates.enumerated() {
            let rate = Double(updates.shape.plans[update.role]?.work.learningRate ?? 0)
            // A schedule may have taken the rate to 0: then nothing was learnt and every norm is 0.
            let lipschitz = self.lipschitz ?? (rate > 0 ? 1 / rate : 0)
            let power = q == 0 ? 1 : DeterministicMath.exp(q * DeterministicMath.log(losses[index] / largest))
            let coefficient = Double(update.weight) * power
            coefficients.append(coefficient)
            total += coefficient * (1 + q * lipschitz * norms[index] / losses[index])
        }
        return updates.combination(coefficients.map { $0 / total })
    }
}
