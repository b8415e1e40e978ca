/// The strategies that a configuration can name.
///
/// ``standard`` holds Hansa's own; a program that brings its own strategies copies it and registers them.
public struct StrategyRegistry: Sendable {
    /// Makes a strategy from its configuration, or says which key is at fault.
    public typealias Factory = @Sendable (StrategyConfiguration) throws(ConfigurationError) -> any Strategy

    /// Hansa's own strategies, one entry each, in alphabetical order.
    public static let standard = Self(entries: [
        SingleUpdateAveraging<RobustAggregation<CenteredClipping>>.entry,
        StrategyEntry(
            AdaptiveQuantization.name,
            "AQ-DP with exact local noise: widths by a cosine schedule where the noise leaves room",
            options: AdaptiveQuantization.options,
            make: AdaptiveQuantization.make
        ),
        StrategyEntry(
            PersonalizedAveraging.Kind.ditto.rawValue,
            "Ditto: federated averaging, and a model of each client's own that is pulled towards it",
            options: PersonalizedAveraging.dittoOptions,
            make: PersonalizedAveraging.makeDitto
        ),
        StrategyEntry(
            ExactSumCounting.name,
            "a testing aid that counts contributions and learns nothing",
            make: ExactSumCounting.make
        ),
        StrategyEntry(
            ConflictAwareMixture.name,
            "FC-MoE: experts by importance, without what stands against their consensus; clients keep what is taken",
            options: ConflictAwareMixture.options,
            make: MixtureAveraging<ConflictAwareMixture>.make
        ),
        StrategyEntry(
            AnchorSampling.name,
            "FedAMD: anchors renew a mean gradient over all clients, miners take variance-reduced steps along it",
            options: AnchorOptions.listed,
            example: ["gradient-range": .number(4), "probability": .number(0.5)],
            make: AnchorSampling.make
        ),
        StrategyEntry(
            FederatedAveraging.name,
            "the weighted mean of local models; FedAvgM, FedAdagrad, FedAdam and FedYogi by strategy.optimizer",
            options: FederatedAveraging.options,
            make: FederatedAveraging.make
        ),
        StrategyEntry(
            ExpertAveraging.name,
            "federated averaging in which an expert's mean is over the clients that used it",
            options: ExpertAveraging.options,
            make: MixtureAveraging<ExpertAveraging>.make
        ),
        StrategyEntry(
            TokenWeightedExperts.name,
            "in the way of FedMoE: an expert's mean is weighted by the tokens that clients routed to it",
            options: TokenWeightedExperts.options,
            make: MixtureAveraging<TokenWeightedExperts>.make
        ),
        SingleUpdateAveraging<FederatedNova>.entry,
        StrategyEntry(
            AnchorSampling.pageName,
            "FedPAGE: like fedamd, with the mean gradient of one round's participants and no gradient kept",
            options: AnchorOptions.listed,
            example: ["gradient-range": .number(4), "probability": .number(0.5)],
            make: AnchorSampling.makePage
        ),
        StrategyEntry(
            PersonalizedAveraging.Kind.fedper.rawValue,
            "FedPer: federated averaging of all but the model's local blocks, which stay on the client",
            make: PersonalizedAveraging.makeFedPer
        ),
        SingleUpdateAveraging<RobustAggregation<GeometricMedian>>.entry,
        SingleUpdateAveraging<RobustAggregation<Krum>>.entry,
        SingleUpdateAveraging<RobustAggregation<CoordinateMedian>>.entry,
        SingleUpdateAveraging<RobustAggregation<MultiKrum>>.entry,
        SingleUpdateAveraging<RobustAggregation<NormBounding>>.entry,
        SingleUpdateAveraging<FairAveraging>.entry,
        StrategyEntry(
            InsecureAdaptiveQuantization.name,
            "AQ-DP to the letter of its released code, to repeat its figures; its epsilon protects nobody",
            options: InsecureAdaptiveQuantization.options,
            make: InsecureAdaptiveQuantization.make
        ),
        StrategyEntry(
            Scaffold.name,
            "SCAFFOLD: local steps corrected by control variates, which clients keep",
            make: Scaffold.make
        ),
        SingleUpdateAveraging<RobustAggregation<TrimmedMean>>.entry,
    ])

    private var byName: [String: StrategyEntry]

    /// An empty registry.
    public init() { byName = [:] }

    private init(entries: [StrategyEntry]) {
        byName = Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The registered names, in alphabetical order.
    public var names: [String] { byName.keys.sorted() }

    /// What is registered, in the names' order.
    public var entries: [StrategyEntry] { names.compactMap { byName[$0] } }

    /// Adds a strategy; refuses a name that is taken.
    public mutating func register(_ name: String, _ factory: @escaping Factory) throws(ConfigurationError) {
        try register(StrategyEntry(name, make: factory))
    }

    /// Adds a strategy with its description; refuses a name that is taken.
    public mutating func register(_ entry: StrategyEntry) throws(ConfigurationError) {
        guard !entry.name.isEmpty else { throw .missing(key: "strategy", expected: "a name for the strategy") }
        guard byName[entry.name] == nil else { throw .duplicateName(key: "strategy", got: entry.name) }
        byName[entry.name] = entry
    }

    /// Makes the strategy that a configuration names, and refuses it where it does not go together with the rest.
    public func makeStrategy(
        named name: String,
        _ configuration: StrategyConfiguration
    ) throws(ConfigurationError) -> any Strategy {
        guard let entry = byName[name] else { throw .unknown(key: "strategy", got: name, known: byName.keys) }
        let strategy = try entry.make(configuration)
        try Composition(configuration, traits: strategy.traits).check()
        return strategy
    }
}
