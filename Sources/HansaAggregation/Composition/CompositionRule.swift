/// What holds where a strategy and some settings meet: refused with a reason and what to do instead, or a stated caveat.
///
/// ``all`` is the whole table; what no rule names is allowed. ``Composition`` finds the rules that a configuration meets.
public struct CompositionRule: Hashable, Sendable {
    /// What follows.
    public enum Verdict: Hashable, Sendable {
        /// Nothing is run.
        case refused(reason: String, alternative: String)
        /// It runs, and this is said at the start and kept with the results.
        case caveat(String)
    }

    /// A short name, unique in the table.
    public let name: String
    /// What the strategy does; nil for a rule about settings alone.
    public let trait: StrategyTrait?
    /// The settings that have to come together.
    public let settings: Set<CompositionSetting>
    /// The key at fault, as ``ConfigurationError`` names keys.
    public let key: String
    public let verdict: Verdict

    init(
        _ name: String,
        _ trait: StrategyTrait?,
        _ settings: Set<CompositionSetting>,
        key: String,
        _ verdict: Verdict
    ) {
        self.name = name
        self.trait = trait
        self.settings = settings
        self.key = key
        self.verdict = verdict
    }

    /// What comes together, in words.
    public var combination: String {
        let words = CompositionSetting.allCases.filter { settings.contains($0) }.map(\.rawValue).joined(
            separator: " and "
        )
        guard let trait else { return words }
        return "a strategy that \(trait.summary)" + (words.isEmpty ? "" : ", and ") + words
    }

    /// The rule as an error; nil for a caveat.
    public var error: ConfigurationError? {
        guard case .refused(let reason, let alternative) = verdict else { return nil }
        return .refused(key: key, rule: name, got: combination, reason: reason, alternative: alternative)
    }

    /// Every rule: those about settings, then those about strategies.
    public static let all: [Self] = noiseRules + placementRules + disclosureRules + formatRules + servingRules
}
