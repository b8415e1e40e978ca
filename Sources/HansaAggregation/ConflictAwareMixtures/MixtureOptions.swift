import HansaCore
import HansaPrivacy

/// What a configuration says of a mixture's aggregation, read and checked.
struct MixtureOptions: Equatable, Sendable {
    /// What clients keep of a round for the next one they take part in.
    enum Residual: String, CaseIterable, Sendable {
        case none
        case deviation
        case projected
    }

    static let common = [
        StrategyEntry.Option(
            "router",
            values: "average or local; average",
            "whether routers are averaged, or stay as they were"
        ),
        StrategyEntry.Option(
            "users",
            values: "loads or changes; loads",
            "who used an expert: clients say how many tokens it learned from, or their update of it is not 0"
        ),
    ]

    static let all =
        common + [
            StrategyEntry.Option(
                "aggregation",
                values: "samples or importance; samples",
                "what projected updates are weighted by"
            ),
            StrategyEntry.Option(
                "conflict",
                values: "consensus, pcgrad or none; consensus",
                "what an update may not stand against: the consensus, or any other update"
            ),
            StrategyEntry.Option(
                "consensus",
                values: "normalised or raw; normalised",
                "whether every client has one voice in the consensus, or as many as its update is long"
            ),
            StrategyEntry.Option(
                "importance",
                values: "product, convex, tokens, samples or uniform; product, under noise uniform",
                "what a client counts in an expert's consensus: by tokens and norm, or one of them"
            ),
            StrategyEntry.Option(
                "importance-share",
                values: "a number from 0 to 1; 0.5",
                "the part of the tokens in the convex importance"
            ),
            StrategyEntry.Option(
                "lambda",
                values: "a number of 0 or more; 0.5",
                "how much of the residual a client adds to the experts it starts from"
            ),
            StrategyEntry.Option(
                "margin",
                values: "a number from 0 to below 1; 0",
                "directions conflict where their cosine is below its negative"
            ),
            StrategyEntry.Option(
                "noise-factor",
                values: "a number of 0 or more; 2",
                "under noise, how many times its typical norm an update must be long to be in conflict"
            ),
            StrategyEntry.Option(
                "norm-cap",
                values: "a number of 1 or more; 10",
                "how many median norms an update counts at most"
            ),
            StrategyEntry.Option(
                "residual",
                values: "none, deviation or projected; projected where the conflict is with the consensus",
                "what a client keeps of its update for its next round: all that the average lost, or what was projected away"
            ),
        ]

    var rules: MixtureRules
    var residual: Residual
    var lambda: Float
    var participation: MixtureAggregator.Participation

    init<Preset: MixturePreset>(
        _ configuration: StrategyConfiguration,
        preset: Preset.Type
    ) throws(ConfigurationError) {
        let known = Preset.options.map(\.key)
        for name in configuration.options.keys.sorted() where !known.contains(name) {
            throw .unknown(key: "options", got: name, known: known)
        }
        let reader = Reader(options: configuration.options)
        var rules = Preset.rules
        rules.importance = try reader.word("importance") ?? (configuration.noise == nil ? rules.importance : .uniform)
        rules.importanceShare = try reader.number("importance-share", 0...1) ?? rules.importanceShare
        rules.normCap = try reader.number("norm-cap", 1...Double.greatestFiniteMagnitude) ?? rules.normCap
        rules.consensus = try reader.word("consensus") ?? rules.consensus
        rules.conflict = try reader.word("conflict") ?? rules.conflict
        rules.margin = try reader.number("margin", 0...1.0.nextDown) ?? rules.margin
        rules.noiseFactor = try reader.number("noise-factor", 0...1e6) ?? rules.noiseFactor
        rules.aggregation = try reader.word("aggregation") ?? rules.aggregation
        rules.router = try reader.word("router") ?? rules.router
        self.rules = rules
        lambda = Float(try reader.number("lambda", 0...1e6) ?? 0.5)
        let usual: Residual = Preset.retains && rules.conflict == .consensus ? .projected : .none
        residual = try reader.word("residual") ?? usual
        let users: Users = try reader.word("users") ?? .loads
        participation = configuration.noise != nil ? .everyone : users == .loads ? .loads : .changes
        try check(configuration, saysUsers: configuration.options["users"] != nil)
    }

    private enum Users: String, CaseIterable {
        case loads
        case changes
    }

    private func check(_ configuration: StrategyConfiguration, saysUsers: Bool) throws(ConfigurationError) {
        if residual == .projected, rules.conflict != .consensus {
            throw .invalidValue(
                key: "residual",
                got: "projected with conflict: \(rules.conflict.rawValue)",
                expected: "conflict: consensus, since clients work out what was projected away from the consensus"
            )
        }
        if participation == .changes, rules.importance.needsLoads {
            throw .invalidValue(
                key: "importance",
                got: "\(rules.importance.rawValue) with users: changes",
                expected: "samples or uniform, or users: loads, without which nobody knows the tokens"
            )
        }
        guard case .sgd = configuration.optimizer else {
            throw .invalidValue(
                key: "optimizer",
                got: "one with moments",
                expected: "sgd: moments would move experts that nobody used"
            )
        }
        if case .samplesOnClient = configuration.weighting {
            throw .invalidValue(
                key: "weighting",
                got: "weights that clients multiply with",
                expected: "samples or uniform: an expert's mean needs the weights of the clients that used it"
            )
        }
        guard let noise = configuration.noise else { return }
        guard noise.placement == .local else {
            throw .invalidValue(
                key: "noise.placement",
                got: "\(noise.placement)",
                expected:
                    "local: directions of single updates are looked at, and only noise that makes each update private "
                    + "by itself covers that; or the strategy fedavg"
            )
        }
        guard rules.importance == .uniform else {
            throw .invalidValue(
                key: "importance",
                got: "\(rules.importance.rawValue) under noise",
                expected: "uniform: tokens are private and nothing charges them, and norms are the noise's"
            )
        }
        if saysUsers {
            throw .invalidValue(
                key: "users",
                got: "an answer under noise",
                expected: "nothing: which experts a client used is private, so every client counts for every expert"
            )
        }
    }

    /// Options by key, with their kinds and ranges.
    private struct Reader {
        var options: [String: StrategyOption]

        func word<Word: RawRepresentable & CaseIterable>(
            _ key: String
        ) throws(ConfigurationError) -> Word? where Word.RawValue == String {
            guard let option = options[key] else { return nil }
            if case .word(let text) = option, let word = Word(rawValue: text) { return word }
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidValue(key: key, got: "\(option)", expected: "one of \(words)")
        }

        func number(_ key: String, _ range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
            guard let option = options[key] else { return nil }
            if case .number(let value) = option, range.contains(value) { return value }
            let end = range.upperBound
            let text =
                end == .greatestFiniteMagnitude
                ? "finite and at least \(range.lowerBound)"
                : end == 1.0.nextDown ? "from 0 to below 1" : "from \(range.lowerBound) to \(end)"
            throw .invalidValue(key: key, got: "\(option)", expected: "a number, \(text)")
        }
    }
}
