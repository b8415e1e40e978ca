import HansaLearning
import Yams

/// The section `model`.
extension ScenarioFile {
    static let modelKeys = ["kind", "hidden", "layers", "loss", "trainer", "initial", "local"]
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
            ScenarioLayers(section).layer(node, key: "model.layers[\(index)]")
        }
        model.loss = section.word("loss", among: NetworkLoss.allCases.map(\.rawValue)).flatMap {
            NetworkLoss(rawValue: $0)
        }
        model.local = section.items("local")?.compactMap { node in
            guard let scalar = node.scalar, !scalar.string.isEmpty else {
                section.reading.report("model.local", got: "no name", expected: "names of the model's blocks")
                return nil
            }
            return scalar.string
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
            section.reading.report("model.layers", got: "no layers", expected: "a list of " + ScenarioLayers.text)
        }
        return model
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
        let loss = model.loss ?? .crossEntropy
        return ResolvedScenario.Model(
            kind: kind,
            loss: loss,
            trainer: model.trainer ?? ResolvedScenario.Model.usualTrainer(kind, loss),
            initial: model.initial,
            local: model.local ?? []
        )
    }
}
