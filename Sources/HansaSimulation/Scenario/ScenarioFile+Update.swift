import HansaAggregation
import HansaQuantization
import Yams

extension ScenarioFile {
    /// The weight rules by name.
    static let weightings = ["uniform", "samples", "samples-on-client"]

    static func readStrategy(_ section: ScenarioSection) -> Strategy {
        var strategy = Strategy()
        // The name is compared with the registry where the strategy is made; here it only has to be a word.
        strategy.name = section.text("name")
        strategy.weighting = section.word("weighting", among: weightings)
        strategy.cap = section.integer("cap", in: 1...Int(UInt32.max))
        if strategy.cap != nil, strategy.weighting == "uniform" {
            section.reading.report(
                "strategy.cap",
                got: "a cap with uniform weights",
                expected: "no cap, as every update counts 1",
                fix: "Remove strategy.cap, or set strategy.weighting to samples."
            )
        }
        strategy.optimizer = readOptimizer(section)
        strategy.options = readOptions(section)
        return strategy
    }

    private static func readOptimizer(_ strategy: ScenarioSection) -> ServerOptimizerConfiguration? {
        let names = ["sgd", "momentum", "adagrad", "adam", "yogi"]
        let constants = [
            "sgd": [], "momentum": ["beta"], "adagrad": ["beta1", "tau"], "adam": ["beta1", "beta2", "tau"],
            "yogi": ["beta1", "beta2", "tau"],
        ]
        let name = strategy.node("optimizer")?.mapping?["name"]?.string ?? "sgd"
        let isOverridden = strategy.reading.options["strategy.optimizer.name"] != nil
        let own = (isOverridden ? nil : constants[name]) ?? ["beta", "beta1", "beta2", "tau"]
        guard let section = strategy.section("optimizer", known: ["name", "rate"] + own) else { return nil }
        func number(_ key: String, _ rule: NumberRule, _ value: Float) -> Float {
            section.number(key, rule).map { Float($0) } ?? value
        }
        switch section.has("name") ? section.word("name", among: names) : "sgd" {
        case "sgd": return .sgd(learningRate: number("rate", .aboveZero, 1))
        case "momentum":
            return .momentum(learningRate: number("rate", .aboveZero, 1), beta: number("beta", .belowOne, 0.9))
        case "adagrad":
            return .adagrad(
                learningRate: number("rate", .aboveZero, 0.01),
                beta1: number("beta1", .belowOne, 0),
                tau: number("tau", .aboveZero, 0.001)
            )
        case "adam", "yogi":
            let rate = number("rate", .aboveZero, 0.01)
            let beta1 = number("beta1", .belowOne, 0.9)
            let beta2 = number("beta2", .belowOne, 0.99)
            let tau = number("tau", .aboveZero, 0.001)
            return name == "adam"
                ? .adam(learningRate: rate, beta1: beta1, beta2: beta2, tau: tau)
                : .yogi(learningRate: rate, beta1: beta1, beta2: beta2, tau: tau)
        default: return nil
        }
    }

    private static func readOptions(_ strategy: ScenarioSection) -> [String: StrategyOption] {
        guard let mapping = strategy.node("options")?.mapping else {
            if let node = strategy.node("options") {
                strategy.reading.report(
                    "strategy.options",
                    got: ScenarioSection.shown(node),
                    expected: "a section of keys"
                )
            }
            return [:]
        }
        let keys = mapping.compactMap(\.key.string)
        guard let section = strategy.section("options", known: keys) else { return [:] }
        var options: [String: StrategyOption] = [:]
        for key in keys {
            guard let node = section.node(key) else { continue }
            if case .scalar(let scalar) = node, scalar.style == .plain {
                if let value = Double(scalar.string) {
                    options[key] = section.number(node, key: section.keyPath(key), .finite).map { _ in .number(value) }
                    continue
                }
                if ["true", "false"].contains(scalar.string) {
                    options[key] = .flag(scalar.string == "true")
                    continue
                }
            }
            options[key] = section.text(key).map { .word($0) }
        }
        return options
    }

    static func readUpdate(_ section: ScenarioSection) -> Update {
        var update = Update()
        let widths = BitWidth.supported
        if section.node("width")?.mapping != nil {
            if let schedule = section.section("width", known: ["from", "to"]) {
                update.widthFrom = schedule.integer("from", in: widths)
                update.widthTo = schedule.integer("to", in: widths)
                for key in ["from", "to"] where !schedule.has(key) {
                    section.reading.report("update.width." + key, got: "no width", expected: "both from and to")
                }
            }
        } else {
            update.width = section.integer("width", in: widths)
        }
        update.ranges = readRanges(section)
        update.clip = readClip(section)
        update.returnsLoss = section.flag("training-loss")
        return update
    }

    private static func readRanges(_ update: ScenarioSection) -> [SectionRange]? {
        guard let node = update.node("range") else { return nil }
        guard case .sequence(let sequence) = node else {
            return update.number("range", .aboveZero).map { [SectionRange(range: $0)] }
        }
        var ranges: [SectionRange] = []
        for (index, item) in sequence.enumerated() {
            let path = "update.range[\(index)]"
            let section = ScenarioSection(item, path: path, known: ["blocks", "range"], reading: update.reading)
            let blocks = section.items("blocks")?.compactMap(\.string) ?? []
            if let range = section.number("range", .aboveZero) {
                ranges.append(SectionRange(blocks: blocks, range: range))
            } else if !section.has("range") {
                update.reading.report(path + ".range", got: "no range", expected: NumberRule.aboveZero.text)
            }
        }
        if sequence.isEmpty {
            update.reading.report("update.range", got: "an empty list", expected: NumberRule.aboveZero.text)
        }
        return ranges
    }

    private static func readClip(_ update: ScenarioSection) -> ClipRule? {
        if update.node("clip")?.mapping == nil {
            guard update.has("clip"), update.word("clip", among: ["none"]) != nil else { return nil }
            return ClipRule.none
        }
        guard let section = update.section("clip", known: ["l1", "l2"]) else { return nil }
        guard section.has("l1") != section.has("l2") else {
            update.reading.report(
                "update.clip",
                got: section.has("l1") ? "two bounds" : "no bound",
                expected: "one of l1 and l2 with a bound, or none"
            )
            return nil
        }
        if let bound = section.number("l1", .aboveZero) { return .l1(bound: bound) }
        if let bound = section.number("l2", .aboveZero) { return .l2(bound: bound) }
        return nil
    }
}
