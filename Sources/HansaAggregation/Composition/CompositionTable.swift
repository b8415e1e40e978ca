import HansaCore
import HansaQuantization

/// The rules of composition as a page: what goes together, made from ``CompositionRule/all`` and a registry.
///
/// `hansa strategies --table` prints it, and the article of this library's documentation is its output.
public struct CompositionTable: Sendable {
    private let registry: StrategyRegistry

    public init(_ registry: StrategyRegistry = .standard) { self.registry = registry }

    /// What a strategy does, as far as rules look at it, with the options that it takes where nothing is said.
    ///
    /// Nil where it needs options that nobody can guess.
    public static func usualTraits(of entry: StrategyEntry) -> Set<StrategyTrait>? {
        guard let width = try? BitWidth(8) else { return nil }
        let range = entry.name == ExactSumCounting.name ? Double(width.magnitudeMax) : 0.5
        // The simplest configuration that it takes.
        for stepCount: UInt32 in [0, 10] {
            for weighting in [WeightRule.samples(cap: 100), .uniform] {
                var work = LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1)
                work.stepCountMax = stepCount
                var configuration = StrategyConfiguration(
                    work: work,
                    weighting: weighting,
                    clip: .none,
                    widths: .constant(width),
                    ranges: [SectionRange(range: range)],
                    options: entry.example
                )
                configuration.population = 100
                if let strategy = try? entry.make(configuration) { return strategy.traits }
            }
        }
        return nil
    }

    /// The whole page in Markdown.
    public var article: String {
        """
        # What goes together

        Which strategies, noise, weights and widths may meet in one run, and what is done where they may not.

        ## Overview

        This page is printed by `hansa strategies --table` from ``CompositionRule/all``; a test compares the two. What no rule
        names is allowed. A refusal ends a run before anything is trained or asked, with its reason and what to do instead; a
        caveat is told at the start and kept beside the results in `caveats.json`. A strategy says what it does in
        ``Strategy/traits``, and every strategy that a ``StrategyRegistry`` makes is judged, those of other packages too.

        Some combinations cannot be written down at all: no ledger takes amplification by sampling into account, so that
        over-selection, quorums and late arrivals change no ε; clips are joint over all blocks; bounds do not adapt to data.

        ## Strategies and where noise is added

        With options as they are where nothing is said, uniform weights, and the law and the clip that the placement needs.

        | strategy | no noise | local | distributed | central |
        | --- | --- | --- | --- | --- |
        \(strategyRows.joined(separator: "\n"))

        ## What strategies do, and where noise is added

        | trait | a strategy with it | no noise | local | distributed | central |
        | --- | --- | --- | --- | --- | --- |
        \(traitRows.joined(separator: "\n"))

        ## Refused

        | rule | what comes together | why it is refused | what to do instead |
        | --- | --- | --- | --- |
        \(refusalRows.joined(separator: "\n"))

        ## Allowed with a caveat

        | rule | what comes together | what is told |
        | --- | --- | --- |
        \(caveatRows.joined(separator: "\n"))

        """
    }

    private static let placements: [Set<CompositionSetting>] = [
        [], [.noise, .localNoise, .gaussian, .clipL2], [.noise, .distributedNoise, .skellam, .clipL2],
        [.noise, .centralNoise, .gaussian, .clipL2],
    ]

    /// What a strategy with these traits is under each placement of noise.
    private static func cells(_ traits: Set<StrategyTrait>) -> [String] {
        placements.map { settings in
            let rules = Composition(traits: traits, settings: settings).rules
            let refused = rules.filter { $0.error != nil }
            if let first = refused.first { return "refused: \(first.name)" }
            // What depends on the model's size and the noise's.
            let loud = Composition(traits: traits, settings: settings.union([.overwhelmingNoise])).rules
            if settings.contains(.localNoise), let first = loud.first(where: { $0.error != nil }) {
                return
                    (["refused where noise is longer than updates: \(first.name)"] + rules.map { "caveat: \($0.name)" })
                    .joined(separator: "; ")
            }
            return rules.isEmpty ? "allowed" : "caveat: " + rules.map(\.name).joined(separator: ", ")
        }
    }

    private var strategyRows: [String] {
        registry.entries.map { entry in
            guard let traits = Self.usualTraits(of: entry) else {
                return Self.row(["`\(entry.name)`"] + Self.placements.map { _ in "by its options" })
            }
            // The default denominator becomes a constant where there is noise.
            return Self.row(["`\(entry.name)`"] + Self.cells(traits.subtracting([.realisedDenominator])))
        }
    }

    private var traitRows: [String] {
        StrategyTrait.allCases.map { Self.row(["`\($0.rawValue)`", $0.summary] + Self.cells([$0])) }
    }

    private var refusalRows: [String] {
        CompositionRule.all.compactMap { rule in
            guard case .refused(let reason, let alternative) = rule.verdict else { return nil }
            return Self.row(["`\(rule.name)`", rule.combination, reason, alternative])
        }
    }

    private var caveatRows: [String] {
        CompositionRule.all.compactMap { rule in
            guard case .caveat(let text) = rule.verdict else { return nil }
            return Self.row(["`\(rule.name)`", rule.combination, text])
        }
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
