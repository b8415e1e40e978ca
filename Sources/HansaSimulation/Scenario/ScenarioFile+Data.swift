import HansaLearning
import Yams

extension ScenarioFile {
    private static let catalogueKeys = ["name"]
    private static let commonKeys = ["classes"]
    private static let scalingKeys = ["mean", "scale", "channels"]
    private static let arrayKeys = ["features", "labels", "test-features", "test-labels"]
    private static let tableKeys = ["csv", "test-csv", "label", "key", "header"]
    private static let imageKeys = ["images", "labels", "test-images", "test-labels"]

    mutating func readData(_ top: ScenarioSection) -> ScenarioData? {
        let mapping = top.node("data")?.mapping
        func has(_ key: String) -> Bool { mapping?[key] != nil }
        let own: [String]
        if has("name") {
            own = Self.catalogueKeys
        } else if has("features") {
            own = Self.arrayKeys + Self.scalingKeys + Self.commonKeys
        } else if has("csv") {
            own = Self.tableKeys + Self.commonKeys
        } else if has("images") {
            own = Self.imageKeys + Self.scalingKeys + Self.commonKeys
        } else {
            own = ["name", "features", "labels", "csv", "label", "images"]
        }
        guard let section = top.section("data", known: own + Self.preparationKeys) else {
            top.reading.report(
                "data",
                got: "no data",
                expected: "a data set, for example `data: {name: digits}`"
            )
            return nil
        }
        preparation = Self.readPreparation(section)
        if section.has("name") { return Self.readCatalogueName(section) }
        let classCount = section.integer("classes", in: 2...1 << 20)
        if section.has("csv") { return Self.readTable(section, classCount: classCount) }
        for (key, isImages) in [("features", false), ("images", true)] where section.has(key) {
            let scaling = ScenarioData.Scaling(
                mean: section.number("mean", .finite).map { Float($0) } ?? 0,
                scale: section.number("scale", .finite).map { Float($0) } ?? 1 / 255,
                channels: section.word("channels", among: ChannelOrder.allCases.map(\.rawValue))
                    .flatMap { ChannelOrder(rawValue: $0) } ?? .last
            )
            guard let train = Self.readPair(section, key, "labels") else { return nil }
            let hasTest = section.has("test-" + key) || section.has("test-labels")
            let test = hasTest ? Self.readPair(section, "test-" + key, "test-labels") : nil
            return isImages
                ? .images(train: train, test: test, scaling: scaling, classCount: classCount)
                : .arrays(train: train, test: test, scaling: scaling, classCount: classCount)
        }
        section.reading.report("data", got: "no samples", expected: "one of the keys name, features, csv, images")
        return nil
    }

    private static func readCatalogueName(_ section: ScenarioSection) -> ScenarioData? {
        section.word("name", among: CatalogueEntry.allCases.map(\.rawValue)).map { .catalogue($0) }
    }

    private static func readTable(_ section: ScenarioSection, classCount: Int?) -> ScenarioData? {
        let source = section.reading.source
        guard let train = section.text("csv") else { return nil }
        return .table(
            train: source.absolute(train),
            test: section.text("test-csv").map { source.absolute($0) },
            columns: ScenarioData.Columns(
                label: section.text("label"),
                key: section.text("key"),
                hasHeader: section.flag("header") ?? true
            ),
            classCount: classCount
        )
    }

    private static func readPair(
        _ section: ScenarioSection,
        _ samplesKey: String,
        _ labelsKey: String
    ) -> ScenarioData.FilePair? {
        for key in [samplesKey, labelsKey] where !section.has(key) {
            section.reading.report(
                section.keyPath(key),
                got: "no file",
                expected: "a path: \(samplesKey) and \(labelsKey) go together"
            )
        }
        guard let samples = section.text(samplesKey), let labels = section.text(labelsKey) else { return nil }
        let source = section.reading.source
        return ScenarioData.FilePair(samples: source.absolute(samples), labels: source.absolute(labels))
    }
}
