import HansaLearning
import Yams

/// The keys of the section `data` that say what is done with any data.
extension ScenarioFile {
    static let preparationKeys = ["normalize", "augment", "client-test"]

    static func readPreparation(_ section: ScenarioSection) -> DataPreparation {
        DataPreparation(
            normalizing: readNormalizing(section),
            augmentation: readAugmentation(section),
            clientTest: readClientTest(section)
        )
    }

    private static func readNormalizing(_ data: ScenarioSection) -> DataPreparation.Normalizing? {
        guard let node = data.node("normalize") else { return nil }
        guard node.mapping != nil else {
            return data.word("normalize", among: Normalization.Grouping.allCases.map(\.rawValue))
                .flatMap { Normalization.Grouping(rawValue: $0) }.map { .statistics($0) }
        }
        guard let section = data.section("normalize", known: ["mean", "deviation"]) else { return nil }
        func numbers(_ key: String, _ rule: NumberRule) -> [Float]? {
            guard let items = section.items(key) else {
                section.reading.report(
                    section.keyPath(key),
                    got: "nothing",
                    expected: "a number, or a list with one a channel or one a feature"
                )
                return nil
            }
            let values = items.enumerated().compactMap { index, node in
                section.number(node, key: section.keyPath(key) + "[\(index)]", rule).map { Float($0) }
            }
            return values.count == items.count ? values : nil
        }
        let mean = numbers("mean", .finite)
        let deviation = numbers("deviation", .aboveZero)
        guard let mean, let deviation else { return nil }
        return .constants(Normalization(mean: mean, deviation: deviation))
    }

    private static func readAugmentation(_ data: ScenarioSection) -> Augmentation? {
        guard let section = data.section("augment", known: ["flip", "crop"]) else { return nil }
        let augmentation = Augmentation(
            flips: section.flag("flip") ?? false,
            padding: section.integer("crop", in: 0...1 << 10) ?? 0
        )
        return augmentation == Augmentation() ? nil : augmentation
    }

    private static func readClientTest(_ data: ScenarioSection) -> DataPreparation.ClientTest? {
        guard let node = data.node("client-test") else { return nil }
        let rule = NumberRule(text: "a share above 0 and below 1") { $0 > 0 && $0 < 1 }
        guard node.mapping != nil else {
            return data.number("client-test", rule).map { DataPreparation.ClientTest(share: $0, choice: .random) }
        }
        guard let section = data.section("client-test", known: ["share", "choose"]) else { return nil }
        if !section.has("share") {
            section.reading.report(section.keyPath("share"), got: "nothing", expected: rule.text)
        }
        let choice = section.word("choose", among: HeldOutPartition.Choice.allCases.map(\.rawValue))
            .flatMap { HeldOutPartition.Choice(rawValue: $0) }
        return section.number("share", rule).map {
            DataPreparation.ClientTest(share: $0, choice: choice ?? .random)
        }
    }

    /// How clients' features differ: one of noise and rotation.
    static func readFeatureSkew(_ partition: ScenarioSection) -> FeatureSkew? {
        guard let section = partition.section("feature-skew", known: ["noise", "rotation"]) else { return nil }
        guard section.has("noise") != section.has("rotation") else {
            section.reading.report(
                "partition.feature-skew",
                got: section.has("noise") ? "noise and rotation" : "nothing",
                expected: "one of noise, rotation"
            )
            return nil
        }
        return section.number("noise", .aboveZero).map { .noise(level: $0) }
            ?? section.integer("rotation", in: 2...360).map { .rotation(groups: $0) }
    }
}
