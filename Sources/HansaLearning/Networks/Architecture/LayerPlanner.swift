import HansaNumerics

/// Puts layers in their places, one behind the other, and checks that each fits.
struct LayerPlanner {
    /// How deep residual blocks lie in each other at most.
    static let depthMax = 8

    private(set) var parameters: [NetworkParameter] = []
    private(set) var parameterCount = 0
    private var layerCount = 0
    /// How many layers with parameters there are so far, and how many mixtures of experts.
    private var numberedCount = 0
    private var mixtureCount = 0

    /// The places of these layers behind something of this shape.
    mutating func plan(
        _ layers: [Layer],
        input: NetworkShape,
        depth: Int = 0
    ) throws(NetworkError) -> [LayerPlan] {
        layerCount += layers.count
        guard layerCount <= NetworkArchitecture.layerCountMax else {
            throw .tooManyLayers(got: layerCount, max: NetworkArchitecture.layerCountMax)
        }
        guard depth <= Self.depthMax else { throw .invalidLayer("residual blocks \(depth) deep in each other") }
        var shape = input
        var plans: [LayerPlan] = []
        for (index, layer) in layers.enumerated() {
            if case .embedding = layer, index > 0 || depth > 0 { throw .embeddingNotFirst }
            let plan = try place(layer, input: shape, depth: depth)
            shape = plan.output
            plans.append(plan)
        }
        return plans
    }

    private mutating func place(
        _ layer: Layer,
        input: NetworkShape,
        depth: Int
    ) throws(NetworkError) -> LayerPlan {
        guard case .residual(let layers) = layer else {
            let output = try layer.output(of: input)
            guard output.count <= NetworkArchitecture.activationCountMax else {
                throw .invalidLayer("\(layer.name) with \(output)")
            }
            let first = parameters.count
            try append(
                layer.parameters(input: input, prefix: "layers.\(numberedCount).", mixtures: mixtureCount)
            )
            if case .switchMoE = layer { mixtureCount += 1 }
            return LayerPlan(layer: layer, input: input, output: output, first: first, inner: [], projection: [])
        }
        let inner = try plan(layers, input: input, depth: depth + 1)
        let output = inner.last?.output ?? input
        let first = parameters.count
        var projection: [LayerPlan] = []
        if let layer = try Layer.projection(from: input, to: output) {
            try append(
                layer.parameters(
                    input: input,
                    prefix: "layers.\(numberedCount).projection.",
                    mixtures: mixtureCount
                )
            )
            projection = [
                LayerPlan(layer: layer, input: input, output: output, first: first, inner: [], projection: [])
            ]
        }
        return LayerPlan(
            layer: layer,
            input: input,
            output: output,
            first: first,
            inner: inner,
            projection: projection
        )
    }

    /// Takes in the blocks of one layer, which get the next number.
    private mutating func append(_ blocks: [NetworkParameter]) throws(NetworkError) {
        guard !blocks.isEmpty else { return }
        numberedCount += 1
        for block in blocks {
            // Bounds: extents are at most 2^20 and windows 2^10 wide, and each factor is checked against the limit.
            var size = 1
            for extent in block.shape {
                size *= extent
                guard size <= NetworkArchitecture.parameterCountMax else { throw Self.tooManyParameters }
            }
            parameterCount += size
            guard parameterCount <= NetworkArchitecture.parameterCountMax else { throw Self.tooManyParameters }
            parameters.append(block)
        }
        guard parameters.count <= ParameterSchema.blockCountMax else {
            throw .tooManyBlocks(max: ParameterSchema.blockCountMax)
        }
    }

    private static var tooManyParameters: NetworkError {
        .tooManyParameters(max: NetworkArchitecture.parameterCountMax)
    }
}
