public import HansaNumerics

/// The shape of a fully connected classifier: softmax regression, or a multilayer perceptron with ReLU.
///
/// For widths n₀ (inputs), n₁ … n_{L−1} (hidden), n_L (classes): h₀ = x, h_l = max(0, W_l h_{l−1} + b_l), and the class
/// scores are W_L h_{L−1} + b_L. A value of this type is within the limits below.
public struct DenseArchitecture: Hashable, Sendable {
    /// The most inputs, outputs or classes of a layer.
    public static let widthMax = 1 << 20
    /// The most hidden layers.
    public static let hiddenLayerCountMax = 16
    /// The most parameters with each layer's rows padded to sixteen outputs: half a gibibyte of weights.
    public static let parameterCountMax = 1 << 27

    /// The features of an example.
    public let inputCount: Int
    /// The widths of the hidden layers; none for softmax regression.
    public let hiddenCounts: [Int]
    /// The classes, numbered from 0.
    public let classCount: Int

    /// n₀ … n_L.
    var widths: [Int] { [inputCount] + hiddenCounts + [classCount] }
    /// L.
    var layerCount: Int { hiddenCounts.count + 1 }

    /// The number of parameters.
    public var parameterCount: Int {
        let widths = widths
        var count = 0
        for layer in 0..<layerCount { count += (widths[layer] + 1) * widths[layer + 1] }
        return count
    }

    public init(inputCount: Int, hiddenCounts: [Int] = [], classCount: Int) throws(DenseError) {
        guard hiddenCounts.count <= Self.hiddenLayerCountMax else {
            throw .tooManyLayers(got: hiddenCounts.count, max: Self.hiddenLayerCountMax)
        }
        self.inputCount = inputCount
        self.hiddenCounts = hiddenCounts
        self.classCount = classCount
        for (layer, width) in widths.enumerated() where !(1...Self.widthMax).contains(width) {
            throw .invalidWidth(layer: layer, got: width, max: Self.widthMax)
        }
        guard classCount >= 2 else { throw .tooFewClasses(got: classCount) }
        var padded = 0
        for layer in 0..<layerCount {
            padded += (widths[layer] + 1) * DenseLayout.padded(widths[layer + 1])
            guard padded <= Self.parameterCountMax else { throw .tooManyParameters(max: Self.parameterCountMax) }
        }
    }

    /// The blocks `layers.0.weight` [out, in], `layers.0.bias` [out], `layers.1.weight`, … in flat order.
    public func schema() -> ParameterSchema {
        let widths = widths
        var blocks: [ParameterBlock] = []
        for layer in 0..<layerCount {
            let (inputs, outputs) = (widths[layer], widths[layer + 1])
            blocks.append(ParameterBlock(name: PlainText("layers.\(layer).weight").string, shape: [outputs, inputs]))
            blocks.append(ParameterBlock(name: PlainText("layers.\(layer).bias").string, shape: [outputs]))
        }
        do throws(SchemaError) {
            return try ParameterSchema(blocks)
        } catch {
            preconditionFailure("an architecture within its limits has a schema")
        }
    }

    /// Starting parameters: weights and biases uniform in ±1/√(inputs of the layer), in flat order from one stream.
    public func initialParameters(seed: UInt64) -> [Float] {
        let widths = widths
        var stream = RandomStream(seed: seed, purpose: .initialization)
        var parameters: [Float] = []
        parameters.reserveCapacity(parameterCount)
        for layer in 0..<layerCount {
            let bound = 1 / Float(widths[layer]).squareRoot()
            for _ in 0..<(widths[layer] + 1) * widths[layer + 1] {
                // 2u − 1 is exact, so the product is the only rounding.
                parameters.append((2 * stream.nextFloat() - 1) * bound)
            }
        }
        return parameters
    }
}
