import HansaCore
import HansaPrivacy
import HansaQuantization

/// A strategy and the settings it meets, judged by the table of ``CompositionRule/all``.
///
/// ``StrategyRegistry/makeStrategy(named:_:)`` judges every strategy that a configuration names; whoever knows more, such as
/// the model's size or who serves, adds settings and judges again.
public struct Composition: Hashable, Sendable {
    public let traits: Set<StrategyTrait>
    public private(set) var settings: Set<CompositionSetting>

    public init(traits: Set<StrategyTrait> = [], settings: Set<CompositionSetting> = []) {
        self.traits = traits
        self.settings = settings
    }

    /// What a strategy's configuration says.
    public init(_ configuration: StrategyConfiguration, traits: Set<StrategyTrait> = []) {
        self.init(traits: traits)
        switch configuration.clip {
        case .none: settings.insert(.noClip)
        case .l1: settings.insert(.clipL1)
        case .l2: settings.insert(.clipL2)
        }
        switch configuration.weighting {
        case .uniform: break
        case .samples: settings.insert(.serverWeights)
        case .samplesOnClient: settings.insert(.clientWeights)
        }
        let plansWidths = traits.contains(.noiseSetsWidths) && configuration.noise?.placement == .local
        if case .constant = configuration.widths {} else if !plansWidths { settings.insert(.widthSchedule) }
        if configuration.returnedFields.contains(.trainingLoss), !traits.contains(.losses) {
            settings.insert(.reportedLoss)
        }
        guard let noise = configuration.noise else { return }
        settings.insert(.noise)
        switch noise.placement {
        case .local: settings.insert(.localNoise)
        case .central: settings.insert(.centralNoise)
        case .distributed: settings.insert(.distributedNoise)
        }
        switch noise.law {
        case .laplace: settings.insert(.laplace)
        case .gaussian: settings.insert(.gaussian)
        case .skellam: settings.insert(.skellam)
        }
        if noise.source == .seeded { settings.insert(.seededNoise) }
    }

    /// Adds what else is known.
    public mutating func insert(_ setting: CompositionSetting) { settings.insert(setting) }

    /// Adds what follows from the number of parameters that a client sends.
    ///
    /// The noise's expected L2 norm over d coordinates is multiplier · √d for Gaussian and Skellam noise, and
    /// multiplier · √(2d) for Laplace noise, in units of the clip bound; no update is longer than 1.
    public mutating func insert(noise: NoiseConfiguration, parameterCount: Int) {
        guard noise.placement == .local else { return }
        let count = Double(parameterCount) * (noise.law == .laplace ? 2 : 1)
        if noise.multiplier * count.squareRoot() > 1 { settings.insert(.overwhelmingNoise) }
    }

    /// Adds what follows from how many of the clients take part in a round.
    public mutating func insert(cohort: Int, population: Int) {
        if cohort < population / 10 { settings.insert(.rareParticipation) }
    }

    /// The rules that hold for it, in the table's order.
    public var rules: [CompositionRule] {
        CompositionRule.all.filter { rule in
            rule.settings.isSubset(of: settings) && rule.trait.map { traits.contains($0) } ?? true
        }
    }

    /// The rules that only say something.
    public var caveats: [CompositionRule] { rules.filter { $0.error == nil } }

    /// Refuses what some rule refuses, with its reason and what to do instead.
    public func check() throws(ConfigurationError) {
        for rule in rules { if let error = rule.error { throw error } }
    }
}
