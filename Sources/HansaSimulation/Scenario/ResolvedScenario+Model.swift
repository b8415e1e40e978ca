public import HansaLearning

extension ResolvedScenario {
    /// Who trains the clients' models.
    public enum Trainer: String, CaseIterable, Sendable {
        /// The same bits on every machine; fully connected classifiers only.
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

            /// The exact one wherever it can train the model.
            var usualTrainer: Trainer { hidden == nil ? .oneDNN : .exact }
        }

        public var kind: Kind
        public var trainer: Trainer
        /// A file with the parameters to start from; drawn from the seed where absent.
        public var initial: String?
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
        if trainer != kind.usualTrainer { lines.append("trainer: \(trainer.rawValue)") }
        return lines + (initial.map { ["initial: \(ResolvedScenario.quoted(path($0)))"] } ?? [])
    }

    private static func line(_ layer: Layer) -> String {
        func window(_ window: Window) -> String {
            "size: \(window.size), stride: \(window.stride), padding: \(window.padding)"
        }
        return switch layer {
        case .dense(let units): "dense: \(units)"
        case .convolution(let channels, let own): "convolution: {channels: \(channels), \(window(own))}"
        case .maxPool(let own): "max-pool: {\(window(own))}"
        case .averagePool(let own): "average-pool: {\(window(own))}"
        case .relu: "relu"
        case .dropout(let rate): "dropout: \(rate)"
        }
    }
}
