import HansaAggregation
import HansaDense
import HansaLearning
import HansaNumerics

extension Scenario {
    /// The model's schema, in which the blocks that `model.local` names stay on the clients.
    func schema(of architecture: ModelArchitecture) throws(ScenarioError) -> ParameterSchema {
        let schema = architecture.schema()
        let local = resolved.model.local
        guard !local.isEmpty else { return schema }
        let names = schema.blocks.map(\.name)
        for name in local where !names.contains(name) {
            throw .mistakes([
                source.issue(
                    "model.local",
                    got: name,
                    expected: "blocks of the model: " + names.joined(separator: ", "),
                    fix: NearestName.hint(for: name, among: names)
                )
            ])
        }
        do throws(SchemaError) {
            return try ParameterSchema(
                schema.blocks.map { block in
                    local.contains(block.name)
                        ? ParameterBlock(name: block.name, shape: block.shape, role: .local) : block
                }
            )
        } catch {
            throw .mistakes([source.issue("model.local", message: "\(error)")])
        }
    }

    /// The scenario's model for these data.
    func architecture(for split: DatasetSplit) throws(ScenarioError) -> ModelArchitecture {
        let model = resolved.model
        let classCount = max(split.train.classCount, split.test?.classCount ?? 0)
        switch model.trainer {
        case .exact:
            if model.kind == .named(.switchMoE), model.loss == .crossEntropy {
                return try exactSwitch(inputCount: split.train.featureCount, classCount: classCount)
            }
            guard let hidden = model.kind.hidden else {
                throw mistake(
                    "model.trainer",
                    got: "exact",
                    expected: "onednn, since the exact trainer trains fully connected classifiers and switch-moe only",
                    fix: "Remove model.trainer."
                )
            }
            guard model.loss == .crossEntropy else {
                throw mistake(
                    "model.trainer",
                    got: "exact for the loss \(model.loss.rawValue)",
                    expected: "onednn, since the exact trainer knows cross-entropy only",
                    fix: "Remove model.trainer or model.loss."
                )
            }
            do throws(DenseError) {
                return .exact(
                    try DenseArchitecture(
                        inputCount: split.train.featureCount,
                        hiddenCounts: hidden,
                        classCount: classCount
                    )
                )
            } catch {
                throw .mistakes([source.issue("model.hidden", message: error.description + ".")])
            }
        case .oneDNN:
            do throws(NetworkError) {
                let network = try network(
                    of: model.kind,
                    input: split.train.networkShape,
                    classCount: classCount,
                    loss: model.loss
                )
                try network.checkTokens(of: split.train)
                if let test = split.test { try network.checkTokens(of: test) }
                return .network(network)
            } catch {
                let key = if case .layers = model.kind { "model.layers" } else { "model.kind" }
                throw .mistakes([
                    source.issue(
                        key,
                        message: error.description + ". The data have \(split.train.networkShape) a sample."
                    )
                ])
            }
        }
    }

    /// The model `switch-moe` for the exact trainer.
    private func exactSwitch(inputCount: Int, classCount: Int) throws(ScenarioError) -> ModelArchitecture {
        do throws(DenseError) {
            return .exactSwitch(
                try SwitchArchitecture(inputCount: inputCount, expertCount: 8, hiddenCount: 24, classCount: classCount)
            )
        } catch {
            throw .mistakes([source.issue("model.kind", message: error.description + ".")])
        }
    }

    private func network(
        of kind: ResolvedScenario.Model.Kind,
        input: NetworkShape,
        classCount: Int,
        loss: NetworkLoss
    ) throws(NetworkError) -> NetworkArchitecture {
        switch kind {
        case .named(let model): try model.architecture(input: input, classCount: classCount, loss: loss)
        case .layers(let layers):
            try NetworkArchitecture(input: input, layers: layers + [.dense(units: classCount)], loss: loss)
        case .dense(let hidden):
            try NetworkArchitecture(
                input: input,
                layers: hidden.flatMap { [Layer.dense(units: $0), .relu] } + [.dense(units: classCount)],
                loss: loss
            )
        }
    }
}

extension Dataset {
    /// A sample as networks see it: two extents are an image of one channel, three one of several.
    var networkShape: NetworkShape {
        switch sampleShape.count {
        case 2: .image(channels: 1, height: sampleShape[0], width: sampleShape[1])
        case 3: .image(channels: sampleShape[0], height: sampleShape[1], width: sampleShape[2])
        default: .vector(featureCount)
        }
    }
}
