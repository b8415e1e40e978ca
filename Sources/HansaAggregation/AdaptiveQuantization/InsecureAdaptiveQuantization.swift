public import HansaCore
import HansaNumerics
public import HansaQuantization

/// AQ-DP as its released code has it, to repeat its figures; the ε it names protects nobody.
///
/// Clients train from a quantized model with L1-clipped steps, add floating-point Laplace noise of a scale that follows
/// from their data, and send the whole model, quantized by scales and to a width that follow from their data as well
/// (`InsecureScaledForm`). The new model is the mean weighted by sample counts. The global schedule is the
/// configuration's `widths`, for downloads and, times the client's α, for updates.
/// ``AdaptiveQuantization`` is the mode with a promise.
/// - seealso: Ardıç & Genç, AQ-DP; <doc:AdaptiveQuantizationExplained>.
public struct InsecureAdaptiveQuantization: Strategy {
    public static let name = "insecure-aq-dp-paper"
    static let options = [
        StrategyEntry.Option(
            "epsilon",
            values: "a number of at least 0; 10000",
            "the paper's nominal ε; 0 for no noise"
        ),
        StrategyEntry.Option(
            "clip",
            values: "a number of at least 0; 100",
            "C, the bound on the L1 norm of each batch's gradient; 0 for none"
        ),
        StrategyEntry.Option(
            "client-scheduler",
            values: "true or false; true",
            "widths by each client's labels and size"
        ),
        StrategyEntry.Option("quantizer", values: "stochastic or symmetric; stochastic", "how coordinates are rounded"),
        StrategyEntry.Option(
            "granularity",
            values: "output-channel, tensor, row or kernel; output-channel",
            "which parameters share a scale"
        ),
        StrategyEntry.Option(
            "smoothness",
            values: "estimate, or a number of at least 0; estimate",
            "λ, estimated from private gradients as in the code, or fixed"
        ),
        StrategyEntry.Option(
            "download",
            values: "true or false; true",
            "whether the model is quantized on its way down"
        ),
        StrategyEntry.Option(
            "size-max",
            values: "a number of at least 1; the round's largest client",
            "n_max of the client scheduler, where the coordinator does not know its clients' sizes"
        ),
        StrategyEntry.Option(
            "magnitude-max",
            values: "a number above 0; 64",
            "the largest magnitude of a parameter that is taken"
        ),
    ]

    private let configuration: StrategyConfiguration
    private let epsilon: Double
    private let clip: Double
    private let isClientScheduled: Bool
    private let quantizer: InsecureQuantizer
    private let granularity: ScaleGranularity
    private let smoothness: Double?
    private let quantizesDownload: Bool
    private let sizeMax: UInt32?
    private let magnitudeMax: Double

    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        try configuration.validate()
        let options = try AdaptiveQuantizationOptions(configuration.options, known: Self.options)
        epsilon = try options.number("epsilon", default: 10_000, in: 0...1e12, "a number of at least 0")
        clip = try options.number("clip", default: 100, in: 0...1e12, "a number of at least 0")
        isClientScheduled = try options.flag("client-scheduler", default: true)
        quantizer =
            try options.word("quantizer", default: "stochastic", among: ["stochastic", "symmetric"]) == "stochastic"
            ? .stochastic : .symmetric
        let granularities: [String: ScaleGranularity] = [
            "output-channel": .outputChannel, "tensor": .tensor, "row": .row, "kernel": .kernel,
        ]
        let cut = try options.word("granularity", default: "output-channel", among: granularities.keys.sorted())
        granularity = granularities[cut] ?? .outputChannel
        if case .number? = configuration.options["smoothness"] {
            smoothness = try options.number(
                "smoothness",
                default: 0,
                in: 0...1e12,
                "estimate, or a number of at least 0"
            )
        } else {
            _ = try options.word("smoothness", default: "estimate", among: ["estimate"])
            smoothness = nil
        }
        quantizesDownload = try options.flag("download", default: true)
        let size = try options.number("size-max", default: 0, in: 1...4e9, "a number of at least 1")
        sizeMax = options.has("size-max") ? UInt32(size) : nil
        magnitudeMax = try options.number(
            "magnitude-max",
            default: 64,
            in: 1e-6...Double(InsecureScaledForm.magnitudeLimit),
            "a number above 0 and at most \(InsecureScaledForm.magnitudeLimit)"
        )
        self.configuration = configuration
        try check()
    }

    /// The registry's factory.
    @Sendable
    static func make(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration)
    }

    public var traits: Set<StrategyTrait> { [.insecure, .dataChosenRanges, .mixedWidths, .realisedDenominator] }

    private func check() throws(ConfigurationError) {
        if epsilon > 0, clip == 0 {
            throw .invalidValue(key: "clip", got: "0", expected: "a bound above 0: the noise is sized by it")
        }
        guard configuration.noise == nil else {
            throw .invalidValue(
                key: "noise",
                got: "noise beside the paper's own",
                expected: "none; the strategy aq-dp has noise that is worth what it says"
            )
        }
        guard configuration.clip == .none else {
            throw .invalidValue(
                key: "clip",
                got: "a bound on updates",
                expected: "none: whole models are sent; options.clip bounds gradients"
            )
        }
        guard case .samples = configuration.weighting else {
            throw .invalidValue(
                key: "weighting",
                got: "\(configuration.weighting)",
                expected: "samples, as in the paper"
            )
        }
        guard configuration.optimizer == .sgd(learningRate: 1) else {
            throw .invalidValue(
                key: "optimizer",
                got: "another rule",
                expected: "sgd at rate 1: the mean of the clients' models is the new model"
            )
        }
        let work = configuration.work
        guard work.optimizer == .sgd, work.momentum == 0, work.weightDecay == 0, work.gradientNormMax == 0,
            work.proximal == 0, work.stepCountMax == 0
        else {
            throw .invalidValue(
                key: "work",
                got: "more than epochs of plain descent",
                expected: "no momentum, decay, L2 bound, proximal term or bound on steps: the paper's client has none"
            )
        }
    }

    /// The width of the model on its way down.
    public func downloadWidth(in context: RoundContext) -> BitWidth? {
        quantizesDownload ? try? configuration.widths.width(round: Int(context.round) - 1) : nil
    }

    public func directive(
        for role: ClientRole,
        in context: RoundContext
    ) throws(AggregationError) -> RoundDirective {
        guard role == .trainer else { throw .unexpectedRole }
        do throws(ConfigurationError) {
            let form = try form(in: context)
            let planner = try SectionPlanner(schema: context.schema, ranges: [SectionRange(range: magnitudeMax)])
            var directive = RoundDirective(
                work: configuration.work(in: context),
                weighting: configuration.weighting,
                clip: .none,
                down: Self.sectionsByTensor(planner.modelSections),
                up: try planner.updateSections(width: form.widthMax, finest: form.widthMax, clip: .none),
                returnedFields: configuration.returnedFields.union(.sampleCount),
                requiredCapabilities: [.packedIntegers]
            )
            directive.algorithm = .insecureScaled(form)
            return directive
        } catch {
            throw .configuration(error)
        }
    }

    private func form(in context: RoundContext) throws(ConfigurationError) -> InsecureScaledForm {
        let wave: Double
        let (narrow, wide): (BitWidth, BitWidth)
        do throws(QuantizationError) {
            wave = try configuration.widths.wave(round: Int(context.round) - 1)
            switch configuration.widths {
            case .constant(let width): (narrow, wide) = (width, width)
            case .cosine(let from, let to, _): (narrow, wide) = (to, from)
            }
        } catch {
            throw .invalidValue(
                key: "widths",
                got: "round \(context.round) of \(context.roundCount)",
                expected: "a schedule that is as long as the run"
            )
        }
        guard let largest = sizeMax ?? context.sampleCountMax ?? (isClientScheduled ? nil : 1) else {
            throw .missing(
                key: "size-max",
                expected: "the largest sample count of a client: the coordinator of a served run does not know it"
            )
        }
        let work = configuration.work(in: context)
        let rounds = Double(context.roundCount) / Double(work.epochs)
        return InsecureScaledForm(
            quantizer: quantizer,
            granularity: granularity,
            widthMin: narrow,
            widthMax: wide,
            wave: wave,
            importance: isClientScheduled ? .standard : nil,
            sampleCountMax: max(largest, 1),
            gradientBound: Float(clip),
            nominalEpsilon: epsilon,
            releaseCount: rounds * Double(context.cohort) / Double(max(context.population, 1)),
            smoothness: epsilon > 0 ? smoothness : nil,
            magnitudeMax: Float(magnitudeMax)
        )
    }

    /// One section a block, so that each tensor has a scale of its own on its way down.
    private static func sectionsByTensor(_ sections: [SectionPlan]) -> [SectionPlan] {
        sections.flatMap { section in
            section.blocks.map { SectionPlan(blocks: $0..<$0 + 1, encoding: section.encoding) }
        }
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try InsecureScaledMean(shape: shape)
    }

    /// The mean model is the new model.
    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        guard aggregate.delta.count == parameters.count else { throw .shapeMismatch }
        guard aggregate.delta.isFinite else { throw .notFinite }
        parameters = aggregate.delta
    }

    /// The nominal ε beside an honest one, and why they differ.
    public func notices(in context: RoundContext) -> [String] {
        guard epsilon > 0, let form = try? form(in: context) else {
            return [
                "insecure-aq-dp-paper without noise: no privacy is claimed, and widths still tell labels and sizes."
            ]
        }
        let work = configuration.work
        func honest(_ count: Int) -> String {
            let value = form.honestEpsilon(
                exampleCount: count,
                epochs: Int(work.epochs),
                batchSize: Int(work.batchSize)
            )
            return "\(Int(min(value, 1e15)))"
        }
        return [
            "insecure-aq-dp-paper: nominal epsilon \(epsilon) for the whole run; against changing one example the noise is "
                + "worth \(honest(54)) for a client of 54 examples, \(honest(500)) for one of 500 (lambda taken as 0).",
            "They differ because a changed example moves every one of the E*ceil(n/B) clipped steps by up to 2*rate*C, where "
                + "the paper counts 2*rate*C*E/n for all together, and because the budget is divided by (T/E)(A/M) "
                + "releases where there are T(A/M).",
            "Formally no epsilon holds at all: lambda, scales and widths follow from private data, the noise is "
                + "floating-point, and n is sent in the clear. The strategy aq-dp has a promise that holds.",
        ]
    }
}
