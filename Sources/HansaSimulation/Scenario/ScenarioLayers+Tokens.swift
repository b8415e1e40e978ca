import HansaLearning
import Yams

/// Layers of tokens and of experts.
extension ScenarioLayers {
    func embedding(_ node: Node, _ path: String) -> Layer? {
        let section = ScenarioSection(node, path: path, known: ["vocabulary", "width"], reading: model.reading)
        guard let vocabulary = required("vocabulary", "how many tokens there are", section),
            let width = required("width", "how many numbers a token becomes", section)
        else { return nil }
        return .embedding(vocabulary: vocabulary, width: width)
    }

    func mixture(_ node: Node, _ path: String) -> Layer? {
        let section = ScenarioSection(
            node,
            path: path,
            known: ["experts", "hidden", "rank", "units", "top", "capacity", "balance"],
            reading: model.reading
        )
        let experts = required("experts", "how many experts there are", section, ExpertMixture.expertCountMax)
        let hidden = section.integer("hidden", in: 1...1 << 20)
        let rank = section.integer("rank", in: 1...1 << 20)
        let units = section.integer("units", in: 1...1 << 20)
        let top = section.integer("top", in: 1...(experts ?? ExpertMixture.expertCountMax)) ?? 1
        let capacity = section.number("capacity", .aboveZero)
        let balance = section.number("balance", .atLeastZero) ?? 0.01
        guard section.has("hidden") != section.has("rank") else {
            model.reading.report(
                path,
                got: section.has("hidden") ? "hidden and rank" : "neither hidden nor rank",
                expected: "hidden for experts with hidden units, or rank for adapters of low rank",
                fix: "Set one of the two."
            )
            return nil
        }
        var expert: ExpertMixture.Expert?
        if let hidden { expert = .dense(hidden: hidden) }
        if let rank { expert = .lowRank(rank) }
        guard let experts, let expert else { return nil }
        return .switchMoE(
            ExpertMixture(
                expertCount: experts,
                expert: expert,
                unitCount: units,
                topCount: top,
                capacityFactor: capacity,
                balance: balance
            )
        )
    }

    private func required(
        _ key: String,
        _ meaning: String,
        _ section: ScenarioSection,
        _ limit: Int = 1 << 20
    ) -> Int? {
        if !section.has(key) { model.reading.report(section.keyPath(key), got: "nothing", expected: meaning) }
        return section.integer(key, in: 1...limit)
    }
}
