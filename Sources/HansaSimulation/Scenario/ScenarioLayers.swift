import HansaAggregation
import HansaLearning
import Yams

/// Reads the layers of a scenario's `model.layers`, and reports what is wrong with them.
struct ScenarioLayers {
    /// What a layer looks like.
    static let text =
        "relu, gelu, layer-norm, batch-norm, {group-norm: GROUPS}, {dense: UNITS}, "
        + "{convolution: {channels: N, size: N, stride: N, padding: N}}, {max-pool: SIZE}, {average-pool: SIZE}, "
        + "global-average-pool, {dropout: RATE}, {residual: [LAYERS]}, {embedding: {vocabulary: N, width: N}}, "
        + "{lstm: UNITS}, last-step or {switch-moe: {experts: N, hidden: N}}"

    /// Layers of one word.
    private static let words: [String: Layer] = [
        "relu": .relu, "gelu": .gelu, "layer-norm": .layerNorm, "batch-norm": .batchNorm,
        "global-average-pool": .globalAveragePool, "last-step": .lastStep,
    ]
    /// Layers with a value.
    private static let names = [
        "dense", "convolution", "max-pool", "average-pool", "dropout", "group-norm", "residual", "embedding", "lstm",
        "switch-moe",
    ]
    /// How deep residual blocks lie in each other at most.
    private static let depthMax = 8

    let model: ScenarioSection

    /// - Parameter model: the section `model`.
    init(_ model: ScenarioSection) { self.model = model }

    /// One layer; nil where it was reported.
    func layer(_ node: Node, key: String, depth: Int = 0) -> Layer? {
        if let word = node.string, let layer = Self.words[word] { return layer }
        guard let mapping = node.mapping, mapping.count == 1, let name = mapping.first?.key.string,
            let value = mapping.first?.value, Self.names.contains(name)
        else {
            let known = Self.names + Self.words.keys.sorted()
            model.reading.report(
                key,
                got: ScenarioSection.shown(node),
                expected: Self.text,
                fix: NearestName.hint(for: node.string ?? node.mapping?.first?.key.string ?? "", among: known)
            )
            return nil
        }
        let path = key + "." + name
        switch name {
        case "dense": return model.integer(value, key: path, in: 1...1 << 20).map { .dense(units: $0) }
        case "dropout": return model.number(value, key: path, .belowOne).map { .dropout($0) }
        case "group-norm": return model.integer(value, key: path, in: 1...1 << 20).map { .groupNorm(groups: $0) }
        case "convolution": return convolution(value, path)
        case "lstm": return model.integer(value, key: path, in: 1...1 << 12).map { .lstm(units: $0) }
        case "embedding": return embedding(value, path)
        case "switch-moe": return mixture(value, path)
        case "residual": return residual(value, path, depth: depth)
        default: return pooling(value, path).map { name == "max-pool" ? .maxPool($0) : .averagePool($0) }
        }
    }

    private func residual(_ node: Node, _ path: String, depth: Int) -> Layer? {
        guard case .sequence(let items) = node, !items.isEmpty, depth < Self.depthMax else {
            model.reading.report(
                path,
                got: depth < Self.depthMax ? ScenarioSection.shown(node) : "residual blocks \(depth + 1) deep",
                expected: "a list of layers, in which residual blocks lie at most \(Self.depthMax) deep"
            )
            return nil
        }
        var layers: [Layer] = []
        for (index, item) in items.enumerated() {
            guard let layer = layer(item, key: "\(path)[\(index)]", depth: depth + 1) else { continue }
            layers.append(layer)
        }
        return layers.count == items.count ? .residual(layers) : nil
    }

    private func convolution(_ node: Node, _ path: String) -> Layer? {
        let section = ScenarioSection(
            node,
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
        return window(section, stride: Window.Extent(1)).map { .convolution(channels: channels, window: $0) }
    }

    private func pooling(_ node: Node, _ path: String) -> Window? {
        guard node.mapping != nil else {
            return extent(node, path, in: 1...1 << 10).map { Window(size: $0, stride: $0) }
        }
        let section = ScenarioSection(node, path: path, known: ["size", "stride", "padding"], reading: model.reading)
        return window(section, stride: nil)
    }

    /// - Parameter stride: the stride where none is said; nil for the window's own size.
    private func window(_ section: ScenarioSection, stride: Window.Extent?) -> Window? {
        guard let node = section.node("size") else {
            section.reading.report(section.keyPath("size"), got: "nothing", expected: "the window's size in pixels")
            return nil
        }
        guard let size = extent(node, section.keyPath("size"), in: 1...1 << 10) else { return nil }
        func value(_ key: String, in range: ClosedRange<Int>) -> Window.Extent? {
            section.node(key).flatMap { extent($0, section.keyPath(key), in: range) }
        }
        return Window(
            size: size,
            stride: value("stride", in: 1...1 << 10) ?? stride ?? size,
            padding: value("padding", in: 0...1 << 10) ?? Window.Extent(0)
        )
    }

    /// A number for both directions, or a list of one downwards and one across.
    private func extent(_ node: Node, _ path: String, in range: ClosedRange<Int>) -> Window.Extent? {
        guard case .sequence(let items) = node else {
            return model.integer(node, key: path, in: range).map { Window.Extent($0) }
        }
        guard items.count == 2 else {
            model.reading.report(
                path,
                got: ScenarioSection.shown(node),
                expected: "a number, or a list of two: downwards, across"
            )
            return nil
        }
        guard let down = model.integer(items[0], key: path + "[0]", in: range),
            let across = model.integer(items[1], key: path + "[1]", in: range)
        else { return nil }
        return Window.Extent(down: down, across: across)
    }
}
