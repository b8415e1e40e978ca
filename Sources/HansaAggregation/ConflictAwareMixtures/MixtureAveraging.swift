public import HansaCore
import HansaNumerics

/// Federated training of mixtures of experts: every expert is aggregated over the clients that used it, by the rules of a
/// preset.
///
/// With ``ConflictAwareMixture`` it is FC-MoE, whose coordinator half is ``MixtureAggregator`` and whose client half, the
/// retention of residuals, the plan asks for. What it asks of clients, lattices, weights and the server's step are those of
/// ``FederatedAveraging``; the update is cut at experts' borders, so that clients leave out those they did not use. The
/// article <doc:ConflictAwareMixturesExplained> says what differs from the paper.
///
/// Under noise, which has to be local, every expert is sent and everyone counts for every expert: sums are divided by the
/// noise's cohort, importance is uniform, and norms, directions and projections are computed from what is private already
/// (PRIVACY.md §7).
public struct MixtureAveraging<Preset: MixturePreset>: Strategy {
    public static var name: String { Preset.name }

    private let configuration: StrategyConfiguration
    private let options: MixtureOptions
    private var averaging: FederatedAveraging
    /// ḡ of the last round, where clients need it; empty before the first.
    private var consensus: [Float] = []

    /// Checks everything that can be checked before the model is known.
    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        try configuration.validate()
        options = try MixtureOptions(configuration, preset: Preset.self)
        var plain = configuration
        plain.options = [:]
        averaging = try FederatedAveraging(plain)
        self.configuration = configuration
    }

    /// The registry's factory.
    @Sendable
    static func make(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration)
    }

    public var traits: Set<StrategyTrait> {
        var traits: Set<StrategyTrait> = [.singleUpdates]
        switch options.rules.importance {
        case .product, .convex: traits.insert(.normImportance)
        case .tokens, .samples, .uniform: break
        }
        if options.rules.conflict != .none { traits.insert(.conflictTest) }
        if options.participation == .loads { traits.formUnion([.loadCounts, .partialUpdates]) }
        if configuration.noise == nil { traits.insert(.realisedDenominator) }
        if options.residual != .none { traits.insert(.clientMemory) }
        return traits
    }

    public func directive(
        for role: ClientRole,
        in context: RoundContext
    ) throws(AggregationError) -> RoundDirective {
        var directive = try averaging.directive(for: role, in: context)
        do throws(ConfigurationError) { _ = try ExpertLayout(schema: context.schema) } catch {
            throw .configuration(error)
        }
        if options.participation == .loads {
            directive.returnedFields.insert(.expertLoads)
            directive.omitsIdleExperts = true
            directive.up = Self.cut(directive.up, schema: context.schema)
        }
        if let retention {
            directive.algorithm = .retention(retention)
            directive.requiredCapabilities.formUnion(directive.algorithm.requiredCapabilities)
        }
        return directive
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try MixtureAggregator(
            shape: shape,
            rules: options.rules,
            participation: options.participation,
            denominator: configuration.noise.map { .constant(Double($0.cohort)) } ?? .realisedWeight,
            reportsConsensus: options.residual == .projected
        )
    }

    public func companion(for role: ClientRole, in context: RoundContext) -> [Float]? {
        guard options.residual == .projected else { return nil }
        // Before the first round nobody has kept anything, and nothing is against a consensus of 0.
        return consensus.isEmpty ? [Float](repeating: 0, count: context.schema.count) : consensus
    }

    public func changesMemory(as role: ClientRole) -> Bool { options.residual != .none }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        guard options.residual == .projected else { return try averaging.advance(&parameters, by: aggregate) }
        guard let next = aggregate.parts.first(where: { $0.name == MixtureAggregator.consensusName })?.values,
            next.count == parameters.count
        else { throw .shapeMismatch }
        guard next.isFinite else { throw .notFinite }
        try averaging.advance(&parameters, by: aggregate)
        consensus = next
    }

    public var state: [StateTensor] {
        consensus.isEmpty ? [] : [StateTensor(name: MixtureAggregator.consensusName, values: consensus)]
    }

    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        guard options.residual == .projected || state.isEmpty else {
            throw .invalidState("this strategy keeps no state without residual: projected")
        }
        consensus = try StateTensor.values(of: state, named: [MixtureAggregator.consensusName])?[0] ?? []
    }

    /// What clients do with their residuals; nil where they keep none.
    private var retention: ExpertRetention? {
        guard case .sgd(let rate) = configuration.optimizer else { return nil }
        let kind: ExpertRetention.Kind
        switch options.residual {
        case .none: return nil
        case .deviation: kind = .deviation
        case .projected: kind = .projected
        }
        return ExpertRetention(
            kind: kind,
            factor: options.lambda,
            serverRate: rate,
            margin: Float(options.rules.margin)
        )
    }

    /// The same sections, cut where an expert begins or ends.
    private static func cut(_ sections: [SectionPlan], schema: ParameterSchema) -> [SectionPlan] {
        var cut: [SectionPlan] = []
        for section in sections {
            var owner: ExpertName?
            for block in section.blocks {
                let next = schema.blocks[block].role.expert
                if block > section.blocks.lowerBound, next == owner {
                    cut[cut.count - 1].blocks = cut[cut.count - 1].blocks.lowerBound..<block + 1
                } else {
                    cut.append(SectionPlan(blocks: block..<block + 1, encoding: section.encoding))
                }
                owner = next
            }
        }
        return cut
    }
}
