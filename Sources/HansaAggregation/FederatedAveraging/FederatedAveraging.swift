public import HansaCore
import HansaQuantization

/// Federated averaging: every client trains from the same model, and a server optimizer applies their weighted mean.
///
/// With the optimizer `sgd` at rate 1 this is FedAvg; with `momentum` FedAvgM, with `adagrad`, `adam` and `yogi`
/// FedAdagrad, FedAdam and FedYogi. The state between rounds is the optimizer's.
///
/// Option `denominator`: the word `realised` (the default) divides by the sum of the accepted weights; a number divides
/// by that constant and is needed where clients multiply their weights in (`WeightRule.samplesOnClient`).
/// - seealso: Algorithm 1 of McMahan et al. 2017 (arXiv:1602.05629); Algorithm 2 of Reddi et al. 2021
///   (arXiv:2003.00295).
public struct FederatedAveraging: Strategy {
    public static let name = "fedavg"
    static let options = [
        StrategyEntry.Option(
            "denominator",
            values: "realised, or a number above 0; realised",
            "what the sum is divided by: the accepted weight, or a constant"
        )
    ]

    private let configuration: StrategyConfiguration
    private let denominator: MeanDenominator
    private var optimizer: any ServerOptimizer

    /// Checks everything that can be checked before the model is known.
    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        try configuration.validate()
        denominator = try Self.denominator(of: configuration)
        optimizer = try configuration.optimizer.makeOptimizer()
        self.configuration = configuration
        try Composition(configuration, traits: traits).check()
    }

    /// The registry's factory.
    @Sendable
    static func make(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration)
    }

    public var traits: Set<StrategyTrait> { denominator == .realisedWeight ? [.realisedDenominator] : [] }

    public func directive(
        for role: ClientRole,
        in context: RoundContext
    ) throws(AggregationError) -> RoundDirective {
        guard role == .trainer else { throw .unexpectedRole }
        do throws(ConfigurationError) {
            let planner = try SectionPlanner(schema: context.schema, ranges: configuration.ranges)
            let width = try width(in: context)
            var (up, noise): ([SectionPlan], NoisePlan) = ([], .none)
            if let wanted = configuration.noise {
                (up, noise) = try planner.noisedSections(width: width, clip: configuration.clip, noise: wanted)
            } else {
                up = try planner.updateSections(
                    width: width,
                    finest: configuration.widths.widthMax,
                    clip: configuration.clip
                )
            }
            var capabilities: Capabilities = [.packedIntegers]
            if configuration.clip != .none { capabilities.insert(.integerNormBounds) }
            if noise != .none { capabilities.insert(.exactNoise) }
            let work = configuration.work(in: context)
            capabilities.formUnion(work.requiredCapabilities)
            return RoundDirective(
                work: work,
                weighting: configuration.weighting,
                clip: configuration.clip,
                noise: noise,
                down: planner.modelSections,
                up: up,
                returnedFields: returnedFields,
                requiredCapabilities: capabilities
            )
        } catch {
            throw .configuration(error)
        }
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try MeanAggregator(shape: shape, denominator: denominator)
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        try optimizer.advance(&parameters, by: aggregate)
    }

    public var state: [StateTensor] { optimizer.state }

    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        try optimizer.restore(state)
    }

    private func width(in context: RoundContext) throws(ConfigurationError) -> BitWidth {
        do throws(QuantizationError) {
            return try configuration.widths.width(round: Int(context.round) - 1)
        } catch {
            throw .invalidValue(
                key: "widths",
                got: "round \(context.round) of \(context.roundCount)",
                expected: "a schedule that is as long as the run"
            )
        }
    }

    /// The configured fields; the sample count exactly where it is the weight.
    private var returnedFields: ReturnedFields {
        if case .samples = configuration.weighting { return configuration.returnedFields.union(.sampleCount) }
        return configuration.returnedFields.subtracting(.sampleCount)
    }

    private static func denominator(
        of configuration: StrategyConfiguration
    ) throws(ConfigurationError) -> MeanDenominator {
        let key = "denominator"
        for name in configuration.options.keys.sorted() where name != key {
            throw .unknown(key: "options", got: name, known: [key])
        }
        if let noise = configuration.noise, configuration.options[key] == nil, configuration.weighting == .uniform {
            // The realised count depends on who answered, and a mean over it has no fixed sensitivity.
            return .constant(Double(noise.cohort))
        }
        switch configuration.options[key] {
        case .number(let value)? where value.isFinite && value > 0: return .constant(value)
        case nil, .word("realised")?:
            guard case .samplesOnClient = configuration.weighting else { return .realisedWeight }
            throw .missing(
                key: key,
                expected: "a number: clients multiply their weights in, so the coordinator does not know the sum; take "
                    + "the expected sum of samples/cap over a round's cohort"
            )
        case let got?:
            throw .invalidValue(key: key, got: "\(got)", expected: "'realised' or a finite number above 0")
        }
    }
}
