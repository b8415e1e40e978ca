import HansaCore
import HansaNumerics

/// FedNova: averages updates per local step, so that clients with more data do not pull the model towards their own optimum.
///
/// For updates Δ_i of n_i samples and a_i, the factors with which the client's gradients add up to its update:
///
///     aggregate = (Σ_i p_i ‖a_i‖₁) · Σ_i p_i Δ_i / ‖a_i‖₁,  p_i = n_i / Σ n
///
/// ‖a_i‖₁ follows from public terms and the declared sample count: τ = min(epochs · ⌈n/B⌉, the bound on steps) for SGD,
/// (τ − ρ(1 − ρ^τ)/(1 − ρ)) / (1 − ρ) with momentum ρ, and (1 − (1 − α)^τ) / α with FedProx's α = rate · µ. So the client
/// sends what it sends for federated averaging, and the coordinator divides; in Double, in the order of assignments.
///
/// Departure: a client with more samples than the weight's cap counts as having that many, in p and in τ.
/// - seealso: Wang, Liu, Liang, Joshi, Poor 2020 (arXiv:2007.07481), equations 6 to 9 and section 4.
public struct FederatedNova: CohortRule {
    public static let name = "fednova"
    public static let summary = "the mean of updates per local step, times the mean number of steps"
    public static let options: [StrategyEntry.Option] = []

    public init(_ configuration: StrategyConfiguration, options: inout OptionReader) throws(ConfigurationError) {
        guard case .samples = configuration.weighting else {
            throw .invalidValue(
                key: "weighting",
                got: "weights that hide the sample count",
                expected: "samples: '\(Self.name)' computes each client's number of steps from it"
            )
        }
        guard configuration.work.optimizer == .sgd else {
            throw .invalidValue(
                key: "work.optimizer",
                got: "adam",
                expected: "sgd: what Adam adds up to is not a sum of gradients with known factors"
            )
        }
        guard configuration.work.momentum == 0 || configuration.work.proximal == 0 else {
            throw .invalidValue(
                key: "work.proximal",
                got: "a proximal term with momentum",
                expected: "one of the two: the paper gives the steps' factors for each alone"
            )
        }
    }

    public var traits: Set<StrategyTrait> { [.stepCounts] }

    public func aggregate(_ updates: PackedUpdates) throws(AggregationError) -> [Float] {
        let total = Double(updates.totalWeight)
        let shares = updates.updates.map { Double($0.weight) / total }
        let lengths = updates.updates.map { update in
            updates.shape.plans[update.role].map { Self.length($0.work, sampleCount: update.weight) } ?? 1
        }
        let effective = zip(shares, lengths).reduce(0) { $0 + $1.0 * $1.1 }
        return updates.combination(zip(shares, lengths).map { effective * $0 / $1 })
    }

    /// ‖a‖₁: what the factors of a client's gradients add up to; at least 1 for a plan that was validated.
    static func length(_ work: LocalWork, sampleCount: Int64) -> Double {
        let size = work.batchSize == 0 ? sampleCount : Int64(work.batchSize)
        let batches = sampleCount / size + (sampleCount % size == 0 ? 0 : 1)
        // At most 2^32 samples and epochs: below 2^64, and exact below 2^53.
        var steps = Double(batches) * Double(work.epochs)
        if work.stepCountMax > 0 { steps = min(steps, Double(work.stepCountMax)) }
        let momentum = Double(work.momentum)
        let pull = Double(work.proximal) * Double(work.learningRate)
        if momentum > 0 {
            return (steps - momentum * (1 - power(momentum, steps)) / (1 - momentum)) / (1 - momentum)
        }
        if pull > 0, pull < 1 { return (1 - power(1 - pull, steps)) / pull }
        return steps
    }

    /// base^exponent for 0 < base < 1, with the same bits everywhere.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        DeterministicMath.exp(exponent * DeterministicMath.log(base))
    }
}
