#if !hasFeature(Embedded)
public import HansaNumerics

/// The shape of a Switch classifier: a router sends each example to one of E small perceptrons, which answers alone.
///
/// With the router's shares p = softmax(G x) and e = argmax p the class scores are p_e · (V_e max(0, W_e x + b_e) + c_e).
/// Scaling by p_e is what lets the router learn. Training adds α · E · Σ_e f_e P_e to a batch's mean cross-entropy, where
/// f_e is the part of the batch that went to e and P_e its mean share; α is ``balance``, for a device learns the model from
/// its schema, which has no place for another. The schema is that of a network `switch-moe` of the same size.
/// - seealso: Fedus et al. 2021 (arXiv:2101.03961), equations 1, 2 and 4 to 6.
public struct SwitchArchitecture: Hashable, Sendable {
    public static let expertCountMax = 256
    /// α of the loss that evens out loads: the paper's.
    public static let balance = 0.01

    /// The features of an example.
    public let inputCount: Int
    public let expertCount: Int
    /// The hidden units of an expert.
    public let hiddenCount: Int
    /// The classes, numbered from 0.
    public let classCount: Int

    /// The number of parameters.
    public var parameterCount: Int { expertCount * (inputCount + expertParameterCount) }

    /// Those of one expert.
    private var expertParameterCount: Int { (inputCount + 1) * hiddenCount + (hiddenCount + 1) * classCount }

    public init(inputCount: Int, expertCount: Int, hiddenCount: Int, classCount: Int) throws(DenseError) {
        let widthMax = DenseArchitecture.widthMax
        for (layer, width) in [inputCount, hiddenCount, classCount].enumerated() where !(1...widthMax).contains(width) {
            throw .invalidWidth(layer: layer, got: width, max: widthMax)
        }
        guard (1...Self.expertCountMax).contains(expertCount) else {
            throw .invalidExpertCount(got: expertCount, max: Self.expertCountMax)
        }
        guard classCount >= 2 else { throw .tooFewClasses(got: classCount) }
        // At most 2^21 · 2^20 each, so nothing overflows.
        let padded =
            inputCount * DenseLayout.padded(expertCount)
            + expertCount
            * ((inputCount + 1) * DenseLayout.padded(hiddenCount) + (hiddenCount + 1) * DenseLayout.padded(classCount))
        guard padded <= DenseArchitecture.parameterCountMax else {
            throw .tooManyParameters(max: DenseArchitecture.parameterCountMax)
        }
        self.inputCount = inputCount
        self.expertCount = expertCount
        self.hiddenCount = hiddenCount
        self.classCount = classCount
    }

    /// The blocks `layers.0.router.weight` [experts, in], `layers.0.experts.0.hidden.weight` [hidden, in], ….hidden.bias,
    /// ….output.weight [classes, hidden], ….output.bias, `layers.0.experts.1.hidden.weight`, … in flat order.
    public func schema() -> ParameterSchema {
        let prefix = "layers.0."
        var blocks = [
            ParameterBlock(
                name: prefix + "router.weight",
                shape: [expertCount, inputCount],
                role: .router(layer: 0)
            )
        ]
        for expert in 0..<expertCount {
            let shapes = [
                ("hidden.weight", [hiddenCount, inputCount]), ("hidden.bias", [hiddenCount]),
                ("output.weight", [classCount, hiddenCount]), ("output.bias", [classCount]),
            ]
            for (name, shape) in shapes {
                blocks.append(
                    ParameterBlock(
                        name: "\(prefix)experts.\(expert).\(name)",
                        shape: shape,
                        role: .expert(layer: 0, index: expert)
                    )
                )
            }
        }
        do throws(SchemaError) {
            return try ParameterSchema(blocks)
        } catch {
            preconditionFailure("an architecture within its limits has a schema")
        }
    }

    /// Recovers the architecture that has this schema; names, shapes and roles must be exactly those of ``schema()``.
    public init(schema: ParameterSchema) throws(DenseError) {
        let blocks = schema.blocks
        guard blocks.count >= 5, blocks.count % 4 == 1 else { throw .notSwitch(block: blocks.count - 1) }
        guard blocks[1].shape.count == 2 else { throw .notSwitch(block: 1) }
        guard blocks[3].shape.count == 2 else { throw .notSwitch(block: 3) }
        try self.init(
            inputCount: blocks[1].shape[1],
            expertCount: blocks.count / 4,
            hiddenCount: blocks[1].shape[0],
            classCount: blocks[3].shape[0]
        )
        let own = self.schema().blocks
        for index in blocks.indices where own[index] != blocks[index] { throw .notSwitch(block: index) }
    }

    /// Starting parameters: all uniform in ±1/√(inputs of the layer), in flat order from one stream.
    public func initialParameters(seed: UInt64) -> [Float] {
        var stream = RandomStream(seed: seed, purpose: .initialization)
        var parameters: [Float] = []
        parameters.reserveCapacity(parameterCount)
        func append(_ count: Int, inputs: Int) {
            let bound = 1 / Float(inputs).squareRoot()
            // 2u − 1 is exact, so the product is the only rounding.
            for _ in 0..<count { parameters.append((2 * stream.nextFloat() - 1) * bound) }
        }
        append(expertCount * inputCount, inputs: inputCount)
        for _ in 0..<expertCount {
            append((inputCount + 1) * hiddenCount, inputs: inputCount)
            append((hiddenCount + 1) * classCount, inputs: hiddenCount)
        }
        return parameters
    }
}
#endif
