#if !hasFeature(Embedded)
internal import CHansaKernels
internal import HansaNumerics

/// The memory of one training or measurement of a Switch classifier.
///
/// Made once for an architecture and handed from trainer to trainer; it belongs to one task at a time. The router is a
/// layer whose bias stays 0; each expert is two layers of the exact trainer's kernels. Experts run one after the other, so
/// they share the memory of their activations.
public final class SwitchWorkspace {
    /// The model it was made for.
    public let architecture: SwitchArchitecture
    /// How many examples go through at once.
    let rowCount: Int
    /// The router, then the hidden layer and the output of each expert.
    var layers: [hansa_dense_layer]
    /// The class scores and the loss's derivative by them; it has no weights.
    var head: hansa_dense_layer
    /// The labels of a block, and of those of its examples that one expert answers.
    let labels: UnsafeMutablePointer<UInt32>
    let ownLabels: UnsafeMutablePointer<UInt32>
    /// A row of the loss in double precision.
    let scratch: UnsafeMutablePointer<Double>
    /// The router's shares of a batch, by example and expert, and each example's expert.
    var shares: [Float] = []
    var choices: [Int] = []
    /// How many examples of a batch went to each expert.
    var counts: [Int]
    /// The order in which an epoch visits the examples.
    var order: [UInt32] = []
    var refinements = DenseRefinements()
    /// How many examples each expert learned from since training began.
    public internal(set) var expertLoads: [UInt32]

    private var arenas: [DenseArena]
    private var hasGradients = false
    private var hasVelocities = false
    /// What stands for the router's bias in flat parameters, which have none.
    private var noBias: [Float]

    /// Makes room for the architecture.
    public convenience init(_ architecture: SwitchArchitecture) {
        let widths = [
            architecture.inputCount, architecture.hiddenCount, architecture.classCount, architecture.expertCount,
        ]
        self.init(architecture, rowCount: DenseLayout.rowCount(widths: widths))
    }

    /// Makes room for blocks of `rowCount` examples, 1 to 64; for tests that results do not depend on it.
    init(_ architecture: SwitchArchitecture, rowCount: Int) {
        precondition((1...DenseLayout.rowCountMax).contains(rowCount), "a block has 1 to 64 rows")
        self.architecture = architecture
        self.rowCount = rowCount
        var arenas: [DenseArena] = []
        let router = Self.layer(
            architecture.inputCount,
            architecture.expertCount,
            rowCount: rowCount,
            in: &arenas
        )
        let first = Self.layer(architecture.inputCount, architecture.hiddenCount, rowCount: rowCount, in: &arenas)
        var second = Self.layer(architecture.hiddenCount, architecture.classCount, rowCount: rowCount, in: &arenas)
        second.input = first.output
        second.input_delta = first.output_delta
        layers = [router]
        for _ in 0..<architecture.expertCount {
            for layer in [first, second] {
                var own = layer
                own.weights = Self.take(Float.self, layer.input_count * layer.output_stride, from: &arenas)
                own.bias = Self.take(Float.self, layer.output_stride, from: &arenas)
                layers.append(own)
            }
        }
        head = hansa_dense_layer()
        head.output_count = architecture.classCount
        head.output_stride = DenseLayout.padded(architecture.classCount)
        head.output = Self.take(Float.self, rowCount * head.output_stride, from: &arenas)
        head.output_delta = Self.take(Float.self, rowCount * head.output_stride, from: &arenas)
        layers[0].weights = Self.take(Float.self, router.input_count * router.output_stride, from: &arenas)
        layers[0].bias = Self.take(Float.self, router.output_stride, from: &arenas)
        labels = Self.take(UInt32.self, rowCount, from: &arenas)
        ownLabels = Self.take(UInt32.self, rowCount, from: &arenas)
        scratch = Self.take(Double.self, head.output_stride, from: &arenas)
        counts = [Int](repeating: 0, count: architecture.expertCount)
        expertLoads = [UInt32](repeating: 0, count: architecture.expertCount)
        noBias = [Float](repeating: 0, count: architecture.expertCount)
        self.arenas = arenas
    }

    private static func take<T: BitwiseCopyable>(
        _ type: T.Type,
        _ count: Int,
        from arenas: inout [DenseArena]
    ) -> UnsafeMutablePointer<T> {
        let arena = DenseArena(byteCount: DenseArena.byteCount(of: type, count: count))
        arenas.append(arena)
        return arena.take(type, count: count)
    }

    /// A layer without weights.
    private static func layer(
        _ inputs: Int,
        _ outputs: Int,
        rowCount: Int,
        in arenas: inout [DenseArena]
    ) -> hansa_dense_layer {
        var layer = hansa_dense_layer()
        let paddedRows = DenseLayout.padded(rowCount)
        layer.input_count = inputs
        layer.output_count = outputs
        layer.input_stride = DenseLayout.padded(inputs)
        layer.output_stride = DenseLayout.padded(outputs)
        layer.input = take(Float.self, rowCount * layer.input_stride, from: &arenas)
        layer.output = take(Float.self, rowCount * layer.output_stride, from: &arenas)
        layer.output_delta = take(Float.self, rowCount * layer.output_stride, from: &arenas)
        layer.nonzero = take(UInt32.self, rowCount * layer.input_stride, from: &arenas)
        layer.nonzero_count = take(UInt32.self, rowCount, from: &arenas)
        layer.column_values = take(Float.self, inputs * paddedRows, from: &arenas)
        layer.column_rows = take(UInt16.self, inputs * paddedRows, from: &arenas)
        layer.column_count = take(UInt32.self, inputs, from: &arenas)
        return layer
    }

    /// The floats of all layers' weights and biases in the kernels' layout, each piece aligned.
    var weightByteCount: Int {
        layers.reduce(0) {
            $0 + DenseArena.byteCount(of: Float.self, count: $1.input_count * $1.output_stride)
                + DenseArena.byteCount(of: Float.self, count: $1.output_stride)
        }
    }

    /// Makes room for gradients, and for velocities where they are needed, which begin at 0.
    func prepare(hasMomentum: Bool) {
        if !hasGradients {
            for index in layers.indices {
                let stride = layers[index].output_stride
                let count = layers[index].input_count * stride
                layers[index].weight_gradient = Self.take(Float.self, count, from: &arenas)
                layers[index].bias_gradient = Self.take(Float.self, stride, from: &arenas)
            }
            hasGradients = true
        }
        if hasMomentum, !hasVelocities {
            velocities = layers.map { layer in
                (
                    Self.take(Float.self, layer.input_count * layer.output_stride, from: &arenas),
                    Self.take(Float.self, layer.output_stride, from: &arenas)
                )
            }
            hasVelocities = true
        }
        for index in layers.indices {
            guard hasMomentum else {
                layers[index].weight_velocity = nil
                layers[index].bias_velocity = nil
                continue
            }
            let stride = layers[index].output_stride
            velocities[index].weights.update(repeating: 0, count: layers[index].input_count * stride)
            velocities[index].bias.update(repeating: 0, count: stride)
            layers[index].weight_velocity = velocities[index].weights
            layers[index].bias_velocity = velocities[index].bias
        }
    }

    private var velocities: [(weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>)] = []

    /// Copies flat parameters into the layers; false where one is not finite.
    func load(_ parameters: [Float]) -> Bool {
        precondition(parameters.count == architecture.parameterCount, "the caller checks the count")
        var isFinite = true
        parameters.withUnsafeBufferPointer { flat in
            guard var place = flat.baseAddress else { return }
            for index in layers.indices {
                let weightCount = layers[index].input_count * layers[index].output_count
                if index == 0 {
                    isFinite = hansa_dense_pack(&layers[index], place, noBias) && isFinite
                    place += weightCount
                } else {
                    isFinite = hansa_dense_pack(&layers[index], place, place + weightCount) && isFinite
                    place += weightCount + layers[index].output_count
                }
            }
        }
        return isFinite
    }

    /// Copies the layers back into flat parameters, if all are finite; otherwise leaves them alone and returns false.
    func store(to parameters: inout [Float]) -> Bool {
        for index in layers.indices where !hansa_dense_is_finite(&layers[index]) { return false }
        unpack(layers, to: &parameters)
        return true
    }

    /// Copies the layers' gradients into flat order, if all are finite; otherwise returns false.
    func storeGradients(to gradient: inout [Float]) -> Bool {
        // Gradients lie as the weights do, so they are unpacked as weights.
        let views = layers.map { layer in
            var view = layer
            view.weights = layer.weight_gradient
            view.bias = layer.bias_gradient
            return view
        }
        unpack(views, to: &gradient)
        return gradient.allSatisfy(\.isFinite)
    }

    private func unpack(_ layers: [hansa_dense_layer], to flat: inout [Float]) {
        precondition(flat.count == architecture.parameterCount, "the caller checks the count")
        flat.withUnsafeMutableBufferPointer { flat in
            guard var place = flat.baseAddress else { return }
            for (index, layer) in layers.enumerated() {
                var layer = layer
                let weightCount = layer.input_count * layer.output_count
                if index == 0 {
                    var bias = noBias
                    hansa_dense_unpack(&layer, place, &bias)
                    place += weightCount
                } else {
                    hansa_dense_unpack(&layer, place, place + weightCount)
                    place += weightCount + layer.output_count
                }
            }
        }
    }
}
#endif
