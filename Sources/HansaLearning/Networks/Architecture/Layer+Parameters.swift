extension Layer {
    /// The layer's own blocks of parameters, in flat order, named as in the schema behind `prefix`.
    ///
    /// - Parameter mixtures: how many mixtures of experts come before it.
    func parameters(input: NetworkShape, prefix: String, mixtures: Int) -> [NetworkParameter] {
        switch (self, input) {
        case (.dense(let units), _): return Self.affine([units, input.count], prefix)
        case (.convolution(let channels, let window), .image(let inputs, _, _)):
            return Self.affine([channels, inputs, window.size.down, window.size.across], prefix)
        case (.embedding(let vocabulary, let width), _):
            // Of variance one.
            return [
                NetworkParameter(
                    name: prefix + "weight",
                    shape: [vocabulary, width],
                    start: .within(Float(3).squareRoot())
                )
            ]
        case (.lstm(let units), .sequence(_, let width)):
            let start = NetworkParameter.Start.uniform(fanIn: units)
            return [
                NetworkParameter(name: prefix + "input.weight", shape: [4 * units, width], start: start),
                NetworkParameter(name: prefix + "state.weight", shape: [4 * units, units], start: start),
                NetworkParameter(name: prefix + "bias", shape: [4 * units], start: start),
            ]
        case (.switchMoE(let mixture), _):
            let width = if case .sequence(_, let width) = input { width } else { input.count }
            return mixture.parameters(inputCount: width, layer: mixtures, prefix: prefix)
        case (.layerNorm, _), (.groupNorm, _): return Self.scaleAndShift(input.channelCount, prefix)
        case (.batchNorm, _):
            let shape = [input.channelCount]
            return Self.scaleAndShift(input.channelCount, prefix) + [
                NetworkParameter(name: prefix + "mean", shape: shape, start: .constant(0), isLearned: false),
                NetworkParameter(name: prefix + "variance", shape: shape, start: .constant(1), isLearned: false),
            ]
        default: return []
        }
    }

    private static func affine(_ weights: [Int], _ prefix: String) -> [NetworkParameter] {
        let start = NetworkParameter.Start.uniform(fanIn: weights.dropFirst().reduce(1, *))
        return [
            NetworkParameter(name: prefix + "weight", shape: weights, start: start),
            NetworkParameter(name: prefix + "bias", shape: [weights[0]], start: start),
        ]
    }

    private static func scaleAndShift(_ count: Int, _ prefix: String) -> [NetworkParameter] {
        [
            NetworkParameter(name: prefix + "weight", shape: [count], start: .constant(1)),
            NetworkParameter(name: prefix + "bias", shape: [count], start: .constant(0)),
        ]
    }
}
