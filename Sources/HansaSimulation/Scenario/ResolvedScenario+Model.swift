public import HansaLearning

extension ResolvedScenario {
    /// Who trains the clients' models.
    public enum Trainer: String, CaseIterable, Sendable {
        /// The same bits on every machine; fully connected classifiers and `switch-moe` only.
        case exact
        /// Any network, fast; the same bits on one machine type, library and instruction set.
        case oneDNN = "onednn"
    }

    /// A classifier.
    public struct Model: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            /// Fully connected, with ReLU behind hidden layers of these widths; none for softmax regression.
            case dense(hidden: [Int])
            /// A model that the literature names.
            case named(ModelZoo)
            /// Any layers, behind which one with a unit for each class follows.
            case layers([Layer])

            /// The widths of the hidden layers; nil where the network is no fully connected classifier.
            var hidden: [Int]? {
                switch self {
                case .dense(let hidden): hidden
                case .named(.softmax): []
                case .named(.twoLayer): [200, 200]
                case .named, .layers: nil
                }
            }
        }

        public var kind: Kind
        public var loss: NetworkLoss
        public var trainer: Trainer
        /// A file with the parameters to start from; drawn from the seed where absent.
        public var initial: String?
        /// The blocks that stay on the clients, by name.
        public var local: [String] = []

        /// The exact one wherever it can train the model.
        static func usualTrainer(_ kind: Kind, _ loss: NetworkLoss) -> Trainer {
            kind.hidden == nil || loss != .crossEntropy ? .oneDNN : .exact
        }
    }
}

extension ResolvedScenario.Model {
    /// The section's lines, without what is usual for the kind.
    func lines(_ path: (String) -> String) -> [String] {
        var lines: [String]
        switch kind {
        case .dense(let hidden):
            lines = ["kind: dense", "hidden: [\(hidden.map { String($0) }.joined(separator: ", "))]"]
        case .named(let model): lines = ["kind: \(model.rawValue)"]
        case .layers(let layers): lines = ["kind: layers", "layers:"] + layers.map { "  - " + Self.line($0) }
        }
        if loss != .crossEntropy { lines.append("loss: \(loss.rawValue)") }
        if trainer != Self.usualTrainer(kind, loss) { lines.append("trainer: \(trainer.rawValue)") }
        if !local.isEmpty {
            lines.append("local: [\(local.map { ResolvedScenario.quoted($0) }.joined(separator: ", "))]")
        }
        return lines + (initial.map { ["initial: \(ResolvedScenario.quoted(path($0)))"] } ?? [])
    }

    private static func line(_ layer: Layer) -> String {
        switch layer {
        case .dense(let units): "dense: \(units)"
        case .convolution(let channels, let own): "convolution: {channels: \(channels), \(line(own))}"
        case .maxPool(let own), .averagePool(let own): "\(layer.name): {\(line(own))}"
        case .dropout(let rate): "dropout: \(rate)"
        case .groupNorm(let groups): "group-norm: \(groups)"
        case .residual(let layers):
            "residual: [\(layers.map { Self.isWord($0) ? line($0) : "{\(line($0))}" }.joined(separator: ", "))]"
        case .embedding(let vocabulary, let width): "embedding: {vocabulary: \(vocabulary), width: \(width)}"
        case .lstm(let units): "lstm: \(units)"
        case .switchMoE(let mixture): "switch-moe: {\(line(mixture))}"
        case .relu, .gelu, .globalAveragePool, .layerNorm, .batchNorm, .lastStep: layer.name
        }
    }

    private static func isWord(_ layer: Layer) -> Bool { line(layer) == layer.name }

    private static func line(_ mixture: ExpertMixture) -> String {
        let expert =
            switch mixture.expert {
            case .dense(let hidden): "hidden: \(hidden)"
            case .lowRank(let rank): "rank: \(rank)"
            }
        var entries = ["experts: \(mixture.expertCount)", expert]
        if let units = mixture.unitCount { entries.append("units: \(units)") }
        entries.append("top: \(mixture.topCount)")
        if let factor = mixture.capacityFactor { entries.append("capacity: \(factor)") }
        return (entries + ["balance: \(mixture.balance)"]).joined(separator: ", ")
    }

    private static func line(_ window: Window) -> String {
        func text(_ extent: Window.Extent) -> String {
            extent.down == extent.across ? "\(extent.down)" : "[\(extent.down), \(extent.across)]"
        }
        return "size: \(text(window.size)), stride: \(text(window.stride)), padding: \(text(window.padding))"
    }
}
