public import HansaNumerics

/// A feed-forward classifier as a list of layers.
///
/// A value of this type is consistent: every layer fits what comes before it, and the last one has a unit for each class.
public struct NetworkArchitecture: Hashable, Sendable {
    /// The most units or channels of a layer.
    public static let widthMax = 1 << 20
    public static let layerCountMax = 256
    /// Half a gibibyte of weights.
    public static let parameterCountMax = 1 << 27
    /// The most numbers that one example has anywhere.
    static let activationCountMax = 1 << 26

    /// The shape of an example.
    public let input: NetworkShape
    public let layers: [Layer]
    /// What each layer puts out.
    public let shapes: [NetworkShape]
    /// The blocks of parameters in flat order.
    let parameters: [NetworkParameter]
    /// The number of parameters.
    public let parameterCount: Int
    public let classCount: Int

    public init(input: NetworkShape, layers: [Layer]) throws(NetworkError) {
        guard layers.count <= Self.layerCountMax else {
            throw .tooManyLayers(got: layers.count, max: Self.layerCountMax)
        }
        var shape = input
        var shapes: [NetworkShape] = []
        var parameters: [NetworkParameter] = []
        var count = 0
        for layer in layers {
            let output = try layer.output(of: shape)
            guard output.count <= Self.activationCountMax else { throw .invalidLayer("\(layer.name) with \(output)") }
            for parameter in Self.parameters(of: layer, input: shape, index: parameters.count / 2) {
                // Bounds: extents are at most 2^20 and windows 2^10 wide, and each factor is checked against the limit.
                var size = 1
                for extent in parameter.shape {
                    size *= extent
                    guard size <= Self.parameterCountMax else { throw .tooManyParameters(max: Self.parameterCountMax) }
                }
                count += size
                parameters.append(parameter)
            }
            guard count <= Self.parameterCountMax else { throw .tooManyParameters(max: Self.parameterCountMax) }
            shape = output
            shapes.append(shape)
        }
        guard case .dense(let units)? = layers.last, units >= 2 else { throw .noClasses(shape) }
        self.input = input
        self.layers = layers
        self.shapes = shapes
        self.parameters = parameters
        parameterCount = count
        classCount = units
    }

    /// The blocks `layers.0.weight`, `layers.0.bias`, `layers.1.weight`, …: layers without parameters have no number.
    public func schema() -> ParameterSchema {
        do throws(SchemaError) {
            return try ParameterSchema(parameters.map { ParameterBlock(name: $0.name, shape: $0.shape) })
        } catch {
            preconditionFailure("an architecture within its limits has a schema: \(error)")
        }
    }

    /// Starting parameters: uniform in ±1/√(inputs of a unit), in flat order from one stream.
    public func initialParameters(seed: UInt64) -> [Float] {
        var stream = RandomStream(seed: seed, purpose: .initialization)
        var values: [Float] = []
        values.reserveCapacity(parameterCount)
        for parameter in parameters {
            let bound = 1 / Float(parameter.fanIn).squareRoot()
            // 2u − 1 is exact, so the product is the only rounding.
            for _ in 0..<parameter.count { values.append((2 * stream.nextFloat() - 1) * bound) }
        }
        return values
    }

    private static func parameters(of layer: Layer, input: NetworkShape, index: Int) -> [NetworkParameter] {
        let weights: [Int]
        switch (layer, input) {
        case (.dense(let units), _): weights = [units, input.count]
        case (.convolution(let channels, let window), .image(let inputs, _, _)):
            weights = [channels, inputs, window.size, window.size]
        default: return []
        }
        let fanIn = weights.dropFirst().reduce(1, *)
        return [
            NetworkParameter(name: "layers.\(index).weight", shape: weights, fanIn: fanIn),
            NetworkParameter(name: "layers.\(index).bias", shape: [weights[0]], fanIn: fanIn),
        ]
    }
}
