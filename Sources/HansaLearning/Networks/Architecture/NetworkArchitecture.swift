public import HansaNumerics

/// A feed-forward classifier as a list of layers.
///
/// A value of this type is consistent: every layer fits what comes before it, and the last one has a unit for each class.
public struct NetworkArchitecture: Hashable, Sendable {
    /// The most units or channels of a layer.
    public static let widthMax = 1 << 20
    /// The most layers, those inside of residual blocks among them.
    public static let layerCountMax = 256
    /// Half a gibibyte of weights.
    public static let parameterCountMax = 1 << 27
    /// The most numbers that one example has anywhere.
    static let activationCountMax = 1 << 26

    /// The shape of an example.
    public let input: NetworkShape
    public let layers: [Layer]
    /// The layers in their places.
    let plans: [LayerPlan]
    /// The blocks of parameters in flat order.
    let parameters: [NetworkParameter]
    /// The number of parameters.
    public let parameterCount: Int
    public let classCount: Int
    /// What training makes small.
    public let loss: NetworkLoss

    /// How many tokens there are, where an example is a list of them; see ``Layer/embedding(vocabulary:width:)``.
    public var vocabulary: Int? {
        if case .embedding(let vocabulary, _)? = layers.first { vocabulary } else { nil }
    }

    /// What each layer puts out.
    public var shapes: [NetworkShape] { plans.map(\.output) }

    public init(
        input: NetworkShape,
        layers: [Layer],
        loss: NetworkLoss = .crossEntropy
    ) throws(NetworkError) {
        var planner = LayerPlanner()
        plans = try planner.plan(layers, input: input)
        guard let last = plans.last, case .vector(let units) = last.output, last.layer.canClassify, units >= 2 else {
            throw .noClasses(plans.last?.output ?? input)
        }
        self.input = input
        self.layers = layers
        self.loss = loss
        parameters = planner.parameters
        parameterCount = planner.parameterCount
        classCount = units
    }

    /// The blocks `layers.0.weight`, `layers.0.bias`, `layers.1.weight`, …: layers without parameters have no number.
    ///
    /// Layers inside of a residual block count on; its projection has the number behind them, `layers.N.projection.weight`.
    /// Batch norm's running statistics are `layers.N.mean` and `layers.N.variance`.
    public func schema() -> ParameterSchema {
        do throws(SchemaError) {
            return try ParameterSchema(
                parameters.map { ParameterBlock(name: $0.name, shape: $0.shape, role: $0.role) }
            )
        } catch {
            preconditionFailure("an architecture within its limits has a schema: \(error)")
        }
    }

    /// Starting parameters: uniform in ±1/√(inputs of a unit), in flat order from one stream; those of a recurrent layer in
    /// ±1/√units, tokens in ±√3; scales start at one, shifts at zero.
    public func initialParameters(seed: UInt64) -> [Float] {
        var stream = RandomStream(seed: seed, purpose: .initialization)
        var values: [Float] = []
        values.reserveCapacity(parameterCount)
        for parameter in parameters {
            let bound: Float
            switch parameter.start {
            case .uniform(let fanIn): bound = 1 / Float(fanIn).squareRoot()
            case .within(let given): bound = given
            case .constant(let value):
                values.append(contentsOf: repeatElement(value, count: parameter.count))
                continue
            }
            // 2u − 1 is exact, so the product is the only rounding.
            for _ in 0..<parameter.count { values.append((2 * stream.nextFloat() - 1) * bound) }
        }
        return values
    }
}
