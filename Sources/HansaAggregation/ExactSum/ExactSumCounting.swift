public import HansaCore
public import HansaNumerics
public import HansaQuantization

/// A testing aid: the model counts, client by client, how many contributions were counted.
///
/// Client i sends the i-th unit vector whatever the model is, and the aggregate is the plain sum, so that coordinate i
/// of a committed model is the number of rounds in which client i was counted: a 2 where one update was sent is a double
/// count, a 0 where one was acknowledged is a loss. Float32 counts exactly to 2^24. The coordinator refuses it in
/// production, since it shows who took part and learns nothing.
///
/// The model is one block `counts` with a parameter a client; the lattice's step is exactly 1, and every weight is 1.
public struct ExactSumCounting: Strategy {
    public static let name = "exact-sum"
    public static let isTestingAid = true
    /// The name of the model's only block.
    public static let blockName = "counts"

    private var averaging: FederatedAveraging

    /// Refuses a configuration that would not count: see ``configuration(width:)``.
    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        let due = Self.configuration(width: configuration.widths.widthMax)
        try Self.check("weighting", "\(configuration.weighting)", "uniform", configuration.weighting == due.weighting)
        try Self.check("clip", "\(configuration.clip)", "none", configuration.clip == due.clip)
        try Self.check(
            "widths",
            "\(configuration.widths)",
            "one width for all rounds",
            configuration.widths == due.widths
        )
        try Self.check("optimizer", "another", "sgd at rate 1", configuration.optimizer == due.optimizer)
        try Self.check(
            "ranges",
            "ranges whose step is not 1",
            "one range of ±\(configuration.widths.widthMax.magnitudeMax) for the width",
            configuration.ranges == due.ranges
        )
        for name in configuration.options.keys.sorted() {
            throw .unknown(key: "options", got: name, known: [String]())
        }
        var counting = configuration
        counting.options = ["denominator": .number(1)]
        averaging = try FederatedAveraging(counting)
    }

    /// The registry's factory.
    @Sendable
    static func make(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration)
    }

    /// The configuration that counts in updates of a width.
    public static func configuration(width: BitWidth) -> StrategyConfiguration {
        StrategyConfiguration(
            work: LocalWork(epochs: 1, batchSize: 1, learningRate: 1),
            weighting: .uniform,
            clip: .none,
            widths: .constant(width),
            ranges: [SectionRange(range: Double(width.magnitudeMax))]
        )
    }

    /// The model that counts so many clients.
    public static func schema(clientCount: Int) throws(SchemaError) -> ParameterSchema {
        try ParameterSchema([ParameterBlock(name: blockName, shape: [clientCount])])
    }

    public func directive(
        for role: ClientRole,
        in context: RoundContext
    ) throws(AggregationError) -> RoundDirective {
        let blocks = context.schema.blocks
        guard blocks.count == 1, blocks[0].name == Self.blockName, context.schema.count == context.population else {
            throw .configuration(
                .invalidValue(
                    key: "strategy",
                    got: "\(Self.name) with a model of \(blocks.count) blocks and \(context.schema.count) parameters",
                    expected: "a model of the block '\(Self.blockName)' with a parameter for each of the "
                        + "\(context.population) clients"
                )
            )
        }
        return try averaging.directive(for: role, in: context)
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try averaging.makeAggregator(shape: shape)
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        try averaging.advance(&parameters, by: aggregate)
    }

    private static func check(
        _ key: String,
        _ got: String,
        _ expected: String,
        _ isRight: Bool
    ) throws(ConfigurationError) {
        guard isRight else { throw .invalidValue(key: key, got: got, expected: expected) }
    }
}
