import Foundation
import HansaAggregation
import HansaCore
import HansaPrivacy
import HansaQuantization
import Testing

@Suite("Rules of composition")
struct CompositionTests {
    private typealias Settings = Set<CompositionSetting>

    private static let local: Settings = [.noise, .localNoise, .gaussian, .clipL2]
    private static let central: Settings = [.noise, .centralNoise, .gaussian, .clipL2]
    private static let distributed: Settings = [.noise, .distributedNoise, .skellam, .clipL2]

    private func names(_ traits: Set<StrategyTrait>, _ settings: Set<CompositionSetting>) -> [String] {
        Composition(traits: traits, settings: settings).rules.map(\.name)
    }

    private func isRefused(_ traits: Set<StrategyTrait>, _ settings: Set<CompositionSetting>) -> Bool {
        do throws(ConfigurationError) {
            try Composition(traits: traits, settings: settings).check()
            return false
        } catch {
            return true
        }
    }

    @Test("Every rule has a name of its own, a key, and words that say why and what instead")
    func words() {
        let rules = CompositionRule.all
        #expect(Set(rules.map(\.name)).count == rules.count)
        for rule in rules {
            #expect(!rule.key.isEmpty && !rule.combination.isEmpty, "\(rule.name)")
            #expect(rule.trait != nil || !rule.settings.isEmpty, "\(rule.name) holds for everything")
            switch rule.verdict {
            case .refused(let reason, let alternative):
                #expect(!reason.isEmpty && !alternative.isEmpty, "\(rule.name)")
                let text = rule.error?.description ?? ""
                #expect(text.contains(reason) && text.contains(alternative), "\(rule.name)")
            case .caveat(let text):
                #expect(!text.isEmpty && rule.error == nil, "\(rule.name)")
            }
            // Cells of a Markdown table.
            #expect(!"\(rule.combination)\(rule.verdict)".contains("|"), "\(rule.name)")
        }
    }

    @Test("A strategy that needs sums alone goes with every placement of its noise")
    func sums() {
        for settings in [Self.local, Self.central, Self.distributed, []] { #expect(names([], settings).isEmpty) }
    }

    @Test("Single updates are read without noise, with a caveat under local noise, and never otherwise")
    func singleUpdates() {
        #expect(names([.singleUpdates], []).isEmpty)
        #expect(names([.singleUpdates], Self.local) == ["order-of-noised-updates"])
        #expect(!isRefused([.singleUpdates], Self.local))
        #expect(isRefused([.singleUpdates], Self.central))
        #expect(isRefused([.singleUpdates], Self.distributed))
    }

    @Test(
        "What clients say beside their noised update is refused under any noise, and free without",
        arguments: [
            StrategyTrait.partialUpdates, .loadCounts, .losses, .stepCounts, .secondVector, .dataChosenRanges,
            .realisedDenominator, .severalReleases,
        ]
    )
    func disclosures(trait: StrategyTrait) {
        for settings in [Self.local, Self.central, Self.distributed] { #expect(isRefused([trait], settings)) }
        #expect(!isRefused([trait], []))
    }

    @Test("Mixed widths go with local noise alone")
    func localAlone() {
        #expect(names([.mixedWidths], Self.local) == ["widths-are-accounted-apart"])
        #expect(isRefused([.mixedWidths], Self.central) && isRefused([.mixedWidths], Self.distributed))
    }

    @Test("Distances and norms are refused where the noise is longer than any update")
    func signalToNoise() throws {
        var composition = Composition(traits: [.distances, .normImportance], settings: Self.local)
        let noise = NoiseConfiguration(law: .gaussian, placement: .local, multiplier: 0.01, cohort: 10)
        composition.insert(noise: noise, parameterCount: 9_999)
        #expect(!composition.settings.contains(.overwhelmingNoise))
        try composition.check()
        composition.insert(noise: noise, parameterCount: 10_001)
        #expect(composition.rules.map(\.name) == ["distances-measure-noise", "importance-measures-noise"])
        #expect(throws: ConfigurationError.self) { try composition.check() }
        var laplace = Composition(traits: [.distances], settings: [.noise, .localNoise, .laplace, .clipL1])
        laplace.insert(
            noise: NoiseConfiguration(law: .laplace, placement: .local, multiplier: 0.01, cohort: 10),
            parameterCount: 5_001
        )
        #expect(laplace.settings.contains(.overwhelmingNoise))
        var central = Composition(traits: [], settings: Self.central)
        central.insert(
            noise: NoiseConfiguration(law: .gaussian, placement: .central, multiplier: 9, cohort: 10),
            parameterCount: 10_001
        )
        #expect(!central.settings.contains(.overwhelmingNoise))
    }

    @Test("A coordinator takes what is insecure only where its operator allows it, and never in production")
    func serving() {
        #expect(names([.insecure], []) == ["papers-that-do-not-hold"])
        #expect(!isRefused([.insecure], []))
        #expect(isRefused([.insecure], [.forbidsInsecureStrategies]))
        #expect(isRefused([.insecure], [.production]))
        let seeded = Self.local.union([.seededNoise])
        #expect(names([], seeded) == ["seeded-noise-hides-nothing"])
        #expect(isRefused([], seeded.union([.forbidsSeededNoise])) && isRefused([], seeded.union([.production])))
        #expect(!isRefused([], Self.local.union([.forbidsSeededNoise, .production])))
    }

    @Test("Old memory and weights that clients state are told")
    func caveats() {
        var composition = Composition(traits: [.clientMemory, .singleUpdates], settings: [.serverWeights])
        composition.insert(cohort: 10, population: 100)
        #expect(composition.caveats.map(\.name) == ["stated-weights-can-lie"])
        composition.insert(cohort: 9, population: 100)
        #expect(composition.caveats.map(\.name) == ["stated-weights-can-lie", "memory-grows-old"])
    }

    @Test("A registry judges strategies of one's own by what they say of themselves")
    func foreign() throws {
        var registry = StrategyRegistry()
        try registry.register(StrategyEntry("peeking", "reads updates one by one") { _ in Peeking() })
        var configuration = try Fixtures.configuration()
        _ = try registry.makeStrategy(named: "peeking", configuration)
        configuration.weighting = .uniform
        configuration.clip = .l2(bound: 1)
        configuration.noise = NoiseConfiguration(law: .gaussian, placement: .central, multiplier: 1, cohort: 4)
        do throws(ConfigurationError) {
            _ = try registry.makeStrategy(named: "peeking", configuration)
            Issue.record("a strategy that reads single updates was made with central noise")
        } catch {
            guard case .refused(_, "central-noise-is-for-sums", _, _, _) = error else {
                Issue.record("got \(error)")
                return
            }
        }
    }

    @Test("Every setting and trait is in some rule, and says what it means")
    func complete() {
        let rules = CompositionRule.all
        for trait in StrategyTrait.allCases {
            #expect(rules.contains { $0.trait == trait }, "\(trait)")
            #expect(!trait.summary.isEmpty)
        }
        for setting in CompositionSetting.allCases where setting != .clientWeights {
            #expect(rules.contains { $0.settings.contains(setting) }, "\(setting)")
        }
    }

    @Test("The documentation's page is the one that the rules give: hansa strategies --table prints it")
    func article() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = package.appendingPathComponent("Sources/HansaAggregation/HansaAggregation.docc/CompositionRules.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        #expect(page == CompositionTable().article, "write it anew by: hansa strategies --table > \(file.path)")
    }

    /// A strategy that says it reads single updates.
    private struct Peeking: Strategy {
        static let name = "peeking"
        var traits: Set<StrategyTrait> { [.singleUpdates] }
        func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective {
            throw .unexpectedRole
        }
        func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
            try MeanAggregator(shape: shape)
        }
        mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {}
    }
}
