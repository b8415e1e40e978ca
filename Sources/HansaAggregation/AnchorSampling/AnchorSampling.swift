public import HansaCore
import HansaNumerics
import HansaQuantization

/// FedAMD: anchors renew an average gradient over all clients, miners take variance-reduced steps along it.
///
/// With x the model, v_i the gradient that client i sent last (its bullseye), ḡ their mean over the clients that sent one,
/// A the participants of a round, of whom the coordinator draws the anchors:
///
/// - an anchor sends v_i′ = ∇F_i(x), and v_i ← v_i′;
/// - a miner starts at x₁ = x − ηḡ and goes on with v ← v + ∇f(x_k; B) − ∇f(x_{k−1}; B), x_{k+1} = x_k − ηv, K steps in all,
///   and sends x_K − x;
/// - x ← x + η_s · mean of the miners' updates, by the server's optimizer; with no miner x stays.
///
/// Miners follow the ḡ from before the round. The mean is not weighted by samples. Gradients travel as integers of one
/// lattice in all rounds, so ḡ is an exact integer sum; it never drifts, and both stores of bullseyes have the same one.
///
/// Departures from the paper and its code: the sign of updates is Hansa's, local − received; a miner's first batch, whose
/// two gradients cancel, is left out; with a lazy start ḡ is the mean over the clients seen so far.
///
/// Cost a round: 4 or 2 further bytes a parameter down to miners' 4 (ḡ as float32); the coordinator keeps 8 bytes a
/// parameter, and with the server's store 4 more for each client.
/// - seealso: Wu et al. 2023 (arXiv:2206.05891); ALGORITHMS.md §2; ``optimalAnchorProbability(population:cohort:)``.
public struct AnchorSampling: Strategy {
    /// Which of the two algorithms.
    public enum Kind: Hashable, Sendable {
        /// FedAMD.
        case cached
        /// FedPAGE in this scheme: no client's gradient outlives its round, and a round has anchors or miners.
        case fresh
    }

    public static let name = "fedamd"
    /// The name of ``Kind/fresh``.
    public static let pageName = "fedpage"

    private let configuration: StrategyConfiguration
    private let options: AnchorOptions
    private let kind: Kind
    /// The miners' part is federated averaging.
    private var averaging: FederatedAveraging
    private var bullseyes: BullseyeSum
    private let strategyName: String

    public init(_ configuration: StrategyConfiguration, kind: Kind = .cached) throws(ConfigurationError) {
        let known = AnchorOptions.listed.map(\.key)
        for name in configuration.options.keys.sorted() where !known.contains(name) {
            throw .unknown(key: "options", got: name, known: known)
        }
        strategyName = kind == .cached ? Self.name : Self.pageName
        options = try AnchorOptions(configuration.options, strategy: strategyName)
        var miners = configuration
        miners.options = [:]
        averaging = try FederatedAveraging(miners)
        self.configuration = configuration
        self.kind = kind
        bullseyes = BullseyeSum(keepsEach: options.store == .server && kind == .cached)
        try Self.validate(configuration)
        try Composition(configuration, traits: traits).check()
    }

    @Sendable
    static func make(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration)
    }

    @Sendable
    static func makePage(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration, kind: .fresh)
    }

    private static func validate(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        let work = configuration.work
        guard work.stepCountMax >= 1, work.requiredCapabilities == [], work.momentum == 0, work.weightDecay == 0 else {
            throw .invalidValue(
                key: "work",
                got: "\(work.stepCountMax) steps, momentum \(work.momentum), decay \(work.weightDecay)",
                expected:
                    "a number of local steps (local.steps) of plain SGD: a miner's step follows a gradient estimate"
            )
        }
        guard configuration.weighting == .uniform else {
            throw .invalidValue(
                key: "weighting",
                got: "\(configuration.weighting)",
                expected: "uniform: FedAMD's objective is the mean over clients"
            )
        }
    }

    public var traits: Set<StrategyTrait> {
        switch (kind, options.store) {
        case (.fresh, _): [.severalReleases, .realisedDenominator]
        case (.cached, .client): [.severalReleases, .realisedDenominator, .clientMemory]
        case (.cached, .server): [.severalReleases, .realisedDenominator, .singleUpdates, .coordinatorMemory]
        }
    }

    // MARK: - Roles

    public func asksEveryone(in context: RoundContext) -> Bool {
        kind == .cached && options.start == .everyone && context.round == 1
    }

    /// Whether a round has anchors only, miners only, or both (nil).
    private func roundIsAnchor(in context: RoundContext) -> Bool? {
        // Somebody has to send the first gradients.
        if context.round == 1 { return true }
        switch options.schedule {
        case .sequential(let period):
            let first: UInt32 = options.start == .everyone && kind == .cached ? 2 : 1
            return Int(context.round - first) % period == 0
        case .constant, .optimal:
            guard kind == .fresh else { return nil }
            return draw(for: nil, in: context)
        }
    }

    private func draw(for client: ClientID?, in context: RoundContext) -> Bool {
        let p: Double =
            switch options.schedule {
            case .constant(let p): p
            case .optimal: optimalAnchorProbability(population: context.population, cohort: context.cohort)
            case .sequential: 0
            }
        // No client has the largest number, so the round's own draw has a stream of its own.
        var stream = RandomStream(
            seed: context.seed,
            round: context.round,
            client: client?.number ?? .max,
            purpose: .roles,
            attempt: context.attempt
        )
        return stream.nextDouble() < p
    }

    public func roles(in context: RoundContext) -> [ClientRole] {
        switch roundIsAnchor(in: context) {
        case true?: [.anchor]
        case false?: [.miner]
        case nil: [.anchor, .miner]
        }
    }

    public func role(of client: ClientID, in context: RoundContext) -> ClientRole {
        (roundIsAnchor(in: context) ?? draw(for: client, in: context)) ? .anchor : .miner
    }

    public func changesMemory(as role: ClientRole) -> Bool {
        role == .anchor && isDifference
    }

    private var isDifference: Bool { kind == .cached && options.store == .client }

    // MARK: - Plans

    public func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective {
        switch role {
        case .miner:
            var directive = try averaging.directive(for: .trainer, in: context)
            directive.algorithm = .recursiveGradient
            return directive
        case .anchor:
            var directive = try averaging.directive(for: .trainer, in: context)
            directive.algorithm = .gradient(exampleCountMax: options.exampleCountMax, isDifference: isDifference)
            do throws(ConfigurationError) {
                directive.up = try anchorSections(schema: context.schema)
            } catch {
                throw .configuration(error)
            }
            directive.clip = .none
            directive.requiredCapabilities.remove(.integerNormBounds)
            return directive
        case .trainer, .smallTrainer: throw .unexpectedRole
        }
    }

    /// The gradients' sections: one lattice in all rounds.
    ///
    /// A difference of two gradients lies on the same grid, in twice the bound.
    private func anchorSections(schema: ParameterSchema) throws(ConfigurationError) -> [SectionPlan] {
        var sections = try gradientSections(schema: schema)
        guard isDifference else { return sections }
        for index in sections.indices {
            guard case .packed(let lattice, let width) = sections[index].encoding else { continue }
            do throws(QuantizationError) {
                let twice = try Lattice(step: lattice.step, shift: lattice.shift, bound: 2 * lattice.bound)
                sections[index].encoding = .packed(twice, try BitWidth(width.bits + 1))
            } catch {
                throw .invalidValue(key: "gradient-bits", got: "\(width.bits)", expected: "2 to 31")
            }
        }
        return sections
    }

    private func gradientSections(schema: ParameterSchema) throws(ConfigurationError) -> [SectionPlan] {
        let planner = try SectionPlanner(schema: schema, ranges: [SectionRange(range: options.range)])
        return try planner.updateSections(width: options.width, finest: options.width, clip: .none)
    }

    public func companion(for role: ClientRole, in context: RoundContext) -> [Float]? {
        guard role == .miner, let sections = try? gradientSections(schema: context.schema) else { return nil }
        return bullseyes.mean(sections: sections, schema: context.schema)
    }

    // MARK: - Aggregation

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try AnchorAggregator(shape: shape, keepsEach: options.store == .server && kind == .cached)
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        let round = try AnchorParts(aggregate.parts)
        var (moved, averaging, bullseyes) = (parameters, averaging, bullseyes)
        if round.minerCount > 0 { try averaging.advance(&moved, by: aggregate) }
        try bullseyes.take(round, replacesAll: kind == .fresh)
        (parameters, self.averaging, self.bullseyes) = (moved, averaging, bullseyes)
    }

    // MARK: - State

    public var state: [StateTensor] { bullseyes.state + averaging.state }

    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        var (averaging, bullseyes) = (averaging, bullseyes)
        let own = state.prefix { $0.name.hasPrefix(BullseyeSum.prefix) }
        try bullseyes.restore(Array(own))
        try averaging.restore(Array(state[own.endIndex...]))
        (self.averaging, self.bullseyes) = (averaging, bullseyes)
    }
}
