public import HansaCore
import HansaNumerics

/// Federated averaging with something of each client's own.
///
/// - `fedper`: the blocks that the model marks as `local` stay on the client, which trains them with the shared ones and
///   keeps them; the coordinator never sees them. They start at 0.
/// - `ditto`: the client also trains a model of its own, v ← v − η(∇F(v) + λ(v − w)), with w the received one; the shared
///   model is federated averaging's, unchanged.
/// - seealso: Arivazhagan et al. 2019 (arXiv:1912.00818); Algorithm 1 of Li et al. 2021 (arXiv:2012.04221).
public struct PersonalizedAveraging: Strategy {
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case fedper
        case ditto
    }

    public static var name: String { Kind.fedper.rawValue }

    static let dittoOptions = [
        StrategyEntry.Option("lambda", values: "a number of 0 or more; 0.1", "the pull λ towards the received model")
    ]

    private let kind: Kind
    private let algorithm: LocalAlgorithm
    private var averaging: FederatedAveraging

    public init(_ configuration: StrategyConfiguration, kind: Kind) throws(ConfigurationError) {
        var base = configuration
        switch kind {
        case .fedper: algorithm = .personalBlocks
        case .ditto:
            switch base.options.removeValue(forKey: "lambda") {
            case nil: algorithm = .personalModel(proximal: 0.1)
            case .number(let value)? where value >= 0 && Float(value).isFinite:
                algorithm = .personalModel(proximal: Float(value))
            case let got?:
                throw .invalidValue(key: "lambda", got: "\(got)", expected: "a finite number of 0 or more")
            }
        }
        averaging = try FederatedAveraging(base)
        self.kind = kind
    }

    @Sendable
    static func makeFedPer(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration, kind: .fedper)
    }

    @Sendable
    static func makeDitto(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration, kind: .ditto)
    }

    public var traits: Set<StrategyTrait> { averaging.traits.union([.clientMemory]) }

    public func changesMemory(as role: ClientRole) -> Bool { true }

    public func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective {
        if kind == .fedper, !context.schema.blocks.contains(where: { $0.role == .local }) {
            throw .configuration(
                .missing(key: "local", expected: "a model with blocks that stay on the client (model.local)")
            )
        }
        var directive = try averaging.directive(for: role, in: context)
        directive.algorithm = algorithm
        return directive
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try averaging.makeAggregator(shape: shape)
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        try averaging.advance(&parameters, by: aggregate)
    }

    public var state: [StateTensor] { averaging.state }

    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) { try averaging.restore(state) }
}
