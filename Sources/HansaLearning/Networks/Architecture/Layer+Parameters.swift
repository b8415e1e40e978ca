extension Layer {
    /// The layer's own blocks of parameters, in flat order, named as in the schema behind `prefix`.
    func parameters(input: NetworkShape, prefix: String) -> [NetworkParameter] {
        switch (self, input) {
        case (.dense(let units), _): return Self.affine([units, input.count], prefix)
        case (.convolution(let channels, let window), .image(let inputs, _, _)):
            return Self.affine([channels, inputs, window.size.down, window.size.across], prefix)
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
