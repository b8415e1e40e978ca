import HansaLearning
import Yams

/// The section `model`.
extension ScenarioFile {
    private static let layerNames = ["dense", "convolution", "max-pool", "average-pool", "relu", "dropout"]
    private static let layerText =
        "relu, {dense: UNITS}, {convolution: {channels: N, size: N, stride: N, padding: N}}, {max-pool: SIZE}, "
        + "{average-pool: SIZE} or {dropout: RATE}"

    static let modelKeys = ["kind", "hidden", "layers", "trainer", "initial"]
    private static let kinds = ["dense"] + ModelZoo.allCases.map(\.rawValue) + ["layers"]

    static func readModel(_ section: ScenarioSection) -> Model {
        var model = Model()
        model.kind = section.word("kind", among: kinds)
        model.trainer = section.word("trainer", among: ResolvedScenario.Trainer.allCases.map(\.rawValue))
            .flatMap { ResolvedScenario.Trainer(rawValue: $0) }
        model.hidden = section.items("hidden")?.enumerated().compactMap { index, node in
            section.integer(node, key: "model.hidden[\(index)]", in: 1...1 << 20)
        }
        model.layers = section.items("layers")?.enumerated().compactMap { index, node in
            readLayer(node, key: "model.layers[\(index)]", section)
        }
        model.initial = section.text("initial").map { section.reading.source.absolute($0) }
        let kind = model.kind ?? "dense"
        for (key, isGiven, owner) in [
            ("hidden", model.hidden != nil, "dense"), ("layers", model.layers != nil, "layers"),
        ] where isGiven && kind != owner {
            section.reading.report(
                "model." + key,
                got: "\(key) beside the kind \(kind)",
                expected: "\(key) for the kind \(owner) alone",
                fix: "Set model.kind to \(owner), or remove model.\(key)."
            )
        }
        if kind == "layers", model.layers == nil, !section.has("layers") {
            section.reading.report("model.layers", got: "no layers", expected: "a list of " + layerText)
        }
        return model
    }

    private static func readLayer(_ node: Node, key: String, _ model: ScenarioSection) -> Layer? {
        if node.string == "relu" { return .relu }
        guard let mapping = node.mapping, mapping.count == 1, let name = mapping.first?.key.string,
            let value = mapping.first?.value, layerNames.contains(name), name != "relu"
        else {
            model.reading.report(key, got: ScenarioSection.shown(node), expected: layerText)
            return nil
        }
        let path = key + "." + name
        switch name {
        case "dense": return model.integer(value, key: path, in: 1...1 << 20).map { .dense(units: $0) }
        case "dropout": return model.number(value, key: path, .belowOne).map { .dropout($0) }
        case "convolution":
            let section = ScenarioSection(
                value,
                path: path,
                known: ["channels", "size", "stride", "padding"],
                reading: model.reading
            )
            guard let channels = section.integer("channels", in: 1...1 << 20) else {
                if !section.has("channels") {
                    model.reading.report(path + ".channels", got: "nothing", expected: "a number of channels")
                }
                return nil
            }
            return readWindow(section, stride: 1).map { .convolution(channels: channels, window: $0) }
        default:
            let window: Window?
            if value.mapping == nil {
                window = model.integer(value, key: path, in: 1...1 << 10).map { Window(size: $0, stride: $0) }
            } else {
                let section = ScenarioSection(
                    value,
                    path: path,
                    known: ["size", "stride", "padding"],
                    reading: model.reading
                )
                window = readWindow(section, stride: nil)
            }
            return window.map { name == "max-pool" ? .maxPool($0) : .averagePool($0) }
        }
    }

    /// - Parameter stride: the stride where none is said; nil for the window's own size.
    private static func readWindow(_ section: ScenarioSection, stride: Int?) -> Window? {
        guard let size = section.integer("size", in: 1...1 << 10) else {
            if !section.has("size") {
                section.reading.report(section.keyPath("size"), got: "nothing", expected: "the window's size in pixels")
            }
            return nil
        }
        return Window(
            size: size,
            stride: section.integer("stride", in: 1...1 << 10) ?? stride ?? size,
            padding: section.integer("padding", in: 0...1 << 10) ?? 0
        )
    }

    func resolvedModel() -> ResolvedScenario.Model {
        let kind: ResolvedScenario.Model.Kind
        if let layers = model.layers {
            kind = .layers(layers)
        } else if let named = model.kind.flatMap(ModelZoo.init) {
            kind = .named(named)
        } else {
            kind = .dense(hidden: model.hidden ?? ResolvedScenario.Defaults.hidden)
        }
        return ResolvedScenario.Model(kind: kind, trainer: model.trainer ?? kind.usualTrainer, initial: model.initial)
    }
}
