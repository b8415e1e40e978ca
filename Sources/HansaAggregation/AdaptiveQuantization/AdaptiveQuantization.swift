public import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization

/// AQ-DP with a promise that holds: updates with one joint L1 clip on a public lattice, exact discrete Laplace noise, and
/// widths that say nothing of anyone's data.
///
/// Each client sends its difference Δ with ‖Δ‖₁ ≤ C, rounded so that the integers keep the bound K, and adds discrete
/// Laplace noise of scale `multiplier`·K by itself: replacing the client's whole contribution changes |q|₁ by at most 2K,
/// so one update costs ε = 2/multiplier, whatever the training was, whatever the width. Width and noise are derived
/// together (``SectionPlanner/noisedSections(width:clip:noise:)``): the global cosine schedule is followed where the noise
/// leaves room, and where it does not, the narrowest width that does is taken. Fewer bits under local noise save bytes
/// and nothing else: the schedule is cosmetic (``notices(in:)``).
///
/// The client scheduler (α from labels and sizes) is private data. Option `client-widths`:
///
/// - `uniform` (default): there is none;
/// - `padded`: there is none on the wire either: every client has the round's width, as one whose payload is padded to it
///   would, since equal lengths are what padding is for;
/// - `classes`: clients of the public class `small`, which are those with numbers below `small-clients`, are taken at
///   α = `small-importance`; the class is in the plan by the client's role, and so in the ledger's lines.
///
/// A declaration of α by the client, noised and charged once, is refused: no plan carries it yet.
/// - seealso: Ardıç & Genç, AQ-DP; PRIVACY.md, sections 2, 3 and 7; <doc:AdaptiveQuantizationExplained>.
public struct AdaptiveQuantization: Strategy {
    public static let name = "aq-dp"
    static let options = [
        StrategyEntry.Option("mode", values: "strict; strict", "paper is a strategy of its own, insecure-aq-dp-paper"),
        StrategyEntry.Option(
            "client-widths",
            values: "uniform, padded or classes; uniform",
            "what a client's width may depend on"
        ),
        StrategyEntry.Option(
            "small-clients",
            values: "a number of at least 1",
            "with classes: clients with lower numbers are in the class of small ones"
        ),
        StrategyEntry.Option(
            "small-importance",
            values: "a number from 0 to 1; 0.5",
            "with classes: α of the small clients"
        ),
    ]

    private let configuration: StrategyConfiguration
    private let noise: NoiseConfiguration
    private let smallClients: UInt32
    private let smallImportance: Double

    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        let options = try AdaptiveQuantizationOptions(configuration.options, known: Self.options)
        if case .word("paper")? = configuration.options["mode"] {
            throw .invalidValue(
                key: "mode",
                got: "'paper'",
                expected: "strict; the strategy insecure-aq-dp-paper repeats the paper, whose promise does not hold"
            )
        }
        _ = try options.word("mode", default: "strict", among: ["strict"])
        if case .word("declared")? = configuration.options["client-widths"] {
            throw .invalidValue(
                key: "client-widths",
                got: "'declared'",
                expected: "uniform, padded or classes: a declaration of labels and sizes would have to be noised and "
                    + "charged, and no plan asks for one"
            )
        }
        let widths = try options.word("client-widths", default: "uniform", among: ["classes", "padded", "uniform"])
        let count = try options.number("small-clients", default: 0, in: 1...4e9, "a number of at least 1")
        smallImportance = try options.number("small-importance", default: 0.5, in: 0...1, "a number from 0 to 1")
        if widths == "classes", !options.has("small-clients") {
            throw .missing(key: "small-clients", expected: "how many clients are in the public class of small ones")
        }
        if widths != "classes", options.has("small-clients") || options.has("small-importance") {
            throw .invalidValue(key: "small-clients", got: "a class", expected: "client-widths: classes beside it")
        }
        smallClients = widths == "classes" ? UInt32(count) : 0
        guard let noise = configuration.noise else {
            throw .missing(
                key: "noise",
                expected: "privacy: {mechanism: laplace, placement: local, multiplier: …}: without noise the strategy "
                    + "fedavg with update.width does the same"
            )
        }
        guard noise.law == .laplace, noise.placement == .local else {
            throw .invalidValue(
                key: "noise",
                got: "\(noise.law.rawValue) noise, \(noise.placement)",
                expected: "laplace noise with local placement"
            )
        }
        self.noise = noise
        self.configuration = configuration
        // The noise's own checks know one width; the schedule is followed within what the noise leaves.
        var constant = configuration
        constant.widths = .constant(configuration.widths.widthMax)
        constant.options = [:]
        averaging = try FederatedAveraging(constant)
        do throws(QuantizationError) { try configuration.widths.validate() } catch {
            throw .invalidValue(
                key: "widths",
                got: "\(configuration.widths)",
                expected: "a schedule that does not rise"
            )
        }
    }

    private var averaging: FederatedAveraging

    /// The registry's factory.
    @Sendable
    static func make(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration)
    }

    public var traits: Set<StrategyTrait> { smallClients > 0 ? [.noiseSetsWidths, .mixedWidths] : [.noiseSetsWidths] }

    public func roles(in context: RoundContext) -> [ClientRole] {
        smallClients > 0 ? [.trainer, .smallTrainer] : [.trainer]
    }

    public func role(of client: ClientID, in context: RoundContext) -> ClientRole {
        client.number < smallClients ? .smallTrainer : .trainer
    }

    public func directive(
        for role: ClientRole,
        in context: RoundContext
    ) throws(AggregationError) -> RoundDirective {
        var directive = try averaging.directive(for: .trainer, in: context)
        guard role == .trainer || (role == .smallTrainer && smallClients > 0) else { throw .unexpectedRole }
        do throws(ConfigurationError) {
            (directive.up, directive.noise) = try sections(for: role, in: context)
            return directive
        } catch {
            throw .configuration(error)
        }
    }

    /// The round's sections: at the scheduled width, or at the narrowest that holds the noise.
    private func sections(
        for role: ClientRole,
        in context: RoundContext
    ) throws(ConfigurationError) -> (sections: [SectionPlan], noise: NoisePlan) {
        let planner = try SectionPlanner(schema: context.schema, ranges: configuration.ranges)
        let scheduled: BitWidth
        do throws(QuantizationError) {
            scheduled = try configuration.widths.width(
                round: Int(context.round) - 1,
                importance: role == .smallTrainer ? smallImportance : 1
            )
        } catch {
            throw .invalidValue(
                key: "widths",
                got: "round \(context.round) of \(context.roundCount)",
                expected: "a schedule that is as long as the run"
            )
        }
        var last: ConfigurationError?
        for bits in scheduled.bits...max(scheduled.bits, configuration.widths.widthMax.bits) {
            guard let width = try? BitWidth(bits) else { continue }
            do throws(ConfigurationError) {
                return try planner.noisedSections(width: width, clip: configuration.clip, noise: noise)
            } catch {
                last = error
            }
        }
        throw last ?? .missing(key: "widths", expected: "a width that holds the noise")
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        guard smallClients > 0 else { return try averaging.makeAggregator(shape: shape) }
        return try MixedLatticeMean(shape: shape, denominator: Double(noise.cohort))
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        try averaging.advance(&parameters, by: aggregate)
    }

    /// What an update costs, how the schedule fares under the noise, and what widths depend on.
    public func notices(in context: RoundContext) -> [String] {
        var widths: [Int] = []
        for round in Set([1, max(context.roundCount, 1)]).sorted() {
            var context = context
            context.round = round
            guard let sections = try? sections(for: .trainer, in: context).sections,
                case .packed(_, let width)? = sections.first?.encoding
            else { continue }
            widths.append(width.bits)
        }
        let whose =
            smallClients > 0
            ? "the public class of small clients, numbers below \(smallClients), has alpha \(smallImportance)"
            : "every client of a round has the same width"
        return [
            "aq-dp: each update costs epsilon \(2 / noise.multiplier) against replacing the client's contribution, and they "
                + "add up; \(whose).",
            "Widths go from \(widths.first ?? 0) to \(widths.last ?? 0) bits, at no cost in privacy. Under local noise the "
                + "schedule is cosmetic: the noise, not the width, is what blurs an update, and a constant width that holds "
                + "the noise saves as much.",
        ]
    }

    public var state: [StateTensor] { averaging.state }

    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        try averaging.restore(state)
    }
}
