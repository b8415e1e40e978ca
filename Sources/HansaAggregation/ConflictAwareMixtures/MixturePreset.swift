/// A named choice of rules for mixtures of experts, and what a configuration may change of it.
public protocol MixturePreset: Sendable {
    /// The strategy's name in scenario files and in the registry.
    static var name: String { get }
    static var rules: MixtureRules { get }
    /// The keys below `strategy.options`.
    static var options: [StrategyEntry.Option] { get }
    /// Whether clients keep what averaging takes from their experts, unless the configuration says otherwise.
    static var retains: Bool { get }
}

/// FC-MoE: importance, consensus projection and retention.
///
/// - seealso: Lu et al. 2026 (arXiv:2606.15625).
public enum ConflictAwareMixture: MixturePreset {
    public static let name = "fc-moe"
    public static let rules = MixtureRules()
    public static let retains = true
    public static var options: [StrategyEntry.Option] { MixtureOptions.all }
}

/// The plainest baseline: the mean by samples over the clients that used an expert.
public enum ExpertAveraging: MixturePreset {
    public static let name = "fedavg-experts"
    public static let rules = MixtureRules(importance: .uniform, conflict: .none)
    public static let retains = false
    public static var options: [StrategyEntry.Option] { MixtureOptions.common }
}

/// In the way of FedMoE: experts weighted by the tokens that they learned from.
///
/// Its search for each client's sub-model is left out: every client has all experts.
/// - seealso: Mei et al. 2024 (arXiv:2408.11304).
public enum TokenWeightedExperts: MixturePreset {
    public static let name = "fedmoe"
    public static let rules = MixtureRules(importance: .tokens, conflict: .none, aggregation: .importance)
    public static let retains = false
    public static var options: [StrategyEntry.Option] { MixtureOptions.common }
}
