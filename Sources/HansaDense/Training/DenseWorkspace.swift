internal import CHansaKernels

/// The memory of one training or measurement: weights in the kernels' layout, activations of one block of examples.
///
/// Made once for an architecture and handed to one trainer after the other, so that no step and, in a simulation, no
/// client allocates. It belongs to one task at a time. Momentum and batches larger than a block need gradients and
/// velocities beside the weights; these are added at first use.
public final class DenseWorkspace {
    /// The model it was made for.
    public let architecture: DenseArchitecture
    /// How many examples go through the layers at once.
    let rowCount: Int
    /// The layers in order, their buffers owned by the arenas.
    var layers: [hansa_dense_layer]
    /// The labels of one block.
    let labels: UnsafeMutablePointer<UInt32>
    /// A row of the loss in double precision.
    let scratch: UnsafeMutablePointer<Double>
    /// The order in which an epoch visits the examples.
    var order: [UInt32] = []

    private let arena: DenseArena
    private var gradientArena: DenseArena?
    private var velocityArena: DenseArena?
    #if !hasFeature(Embedded)
    /// What work beyond plain SGD remembers.
    var refinements = DenseRefinements()
    #endif

    /// Makes room for the architecture.
    public convenience init(_ architecture: DenseArchitecture) {
        self.init(architecture, rowCount: DenseLayout.rowCount(widths: architecture.widths))
    }

    /// Makes room for blocks of `rowCount` examples, 1 to 64; for tests that results do not depend on it.
    init(_ architecture: DenseArchitecture, rowCount: Int) {
        precondition((1...DenseLayout.rowCountMax).contains(rowCount), "a block has 1 to 64 rows")
        self.architecture = architecture
        self.rowCount = rowCount
        let plan = DensePlan(architecture, rowCount: rowCount)
        let arena = DenseArena(byteCount: plan.byteCount)
        self.arena = arena
        layers = plan.layers(in: arena)
        labels = arena.take(UInt32.self, count: rowCount)
        scratch = arena.take(Double.self, count: DenseLayout.padded(architecture.classCount))
    }

    /// The floats of all layers' weights and biases in the kernels' layout, each piece aligned.
    var weightByteCount: Int {
        layers.reduce(0) {
            $0 + DenseArena.byteCount(of: Float.self, count: $1.input_count * $1.output_stride)
                + DenseArena.byteCount(of: Float.self, count: $1.output_stride)
        }
    }

    /// Makes room for gradients, where there is none yet.
    func prepareGradients() {
        guard gradientArena == nil else { return }
        let arena = DenseArena(byteCount: weightByteCount)
        gradientArena = arena
        for index in layers.indices {
            let stride = layers[index].output_stride
            layers[index].weight_gradient = arena.take(Float.self, count: layers[index].input_count * stride)
            layers[index].bias_gradient = arena.take(Float.self, count: stride)
        }
    }

    /// Makes room for velocities where `isNeeded`, and sets them to zero; takes them away otherwise.
    func prepareVelocities(isNeeded: Bool) {
        guard isNeeded else {
            guard velocityArena != nil else { return }
            for index in layers.indices {
                layers[index].weight_velocity = nil
                layers[index].bias_velocity = nil
            }
            velocityArena = nil
            return
        }
        if velocityArena == nil {
            let arena = DenseArena(byteCount: weightByteCount)
            velocityArena = arena
            for index in layers.indices {
                let stride = layers[index].output_stride
                layers[index].weight_velocity = arena.take(Float.self, count: layers[index].input_count * stride)
                layers[index].bias_velocity = arena.take(Float.self, count: stride)
            }
            return
        }
        for layer in layers {
            layer.weight_velocity?.update(repeating: 0, count: layer.input_count * layer.output_stride)
            layer.bias_velocity?.update(repeating: 0, count: layer.output_stride)
        }
    }

    /// Copies flat parameters into the layers; false where one is not finite.
    func load(_ parameters: [Float]) -> Bool {
        precondition(parameters.count == architecture.parameterCount, "the caller checks the count")
        return parameters.withUnsafeBufferPointer { flat -> Bool in
            guard var place = flat.baseAddress else { return false }
            var isFinite = true
            for index in layers.indices {
                let weightCount = layers[index].input_count * layers[index].output_count
                isFinite = hansa_dense_pack(&layers[index], place, place + weightCount) && isFinite
                place += weightCount + layers[index].output_count
            }
            return isFinite
        }
    }

    /// Copies the layers back into flat parameters, if all are finite; otherwise leaves them alone and returns false.
    func store(to parameters: inout [Float]) -> Bool {
        precondition(parameters.count == architecture.parameterCount, "the caller checks the count")
        guard layersAreFinite() else { return false }
        parameters.withUnsafeMutableBufferPointer { flat in
            guard var place = flat.baseAddress else { return }
            for index in layers.indices {
                let weightCount = layers[index].input_count * layers[index].output_count
                hansa_dense_unpack(&layers[index], place, place + weightCount)
                place += weightCount + layers[index].output_count
            }
        }
        return true
    }

    #if !hasFeature(Embedded)
    /// Copies the layers' gradients into flat order, if all are finite; otherwise returns false.
    func storeGradients(to gradient: inout [Float]) -> Bool {
        precondition(gradient.count == architecture.parameterCount, "the caller checks the count")
        gradient.withUnsafeMutableBufferPointer { flat in
            guard var place = flat.baseAddress else { return }
            for layer in layers {
                // Gradients lie as the weights do, so they are unpacked as weights.
                var view = layer
                view.weights = layer.weight_gradient
                view.bias = layer.bias_gradient
                let weightCount = layer.input_count * layer.output_count
                hansa_dense_unpack(&view, place, place + weightCount)
                place += weightCount + layer.output_count
            }
        }
        return gradient.allSatisfy(\.isFinite)
    }
    #endif

    private func layersAreFinite() -> Bool {
        for index in layers.indices where !hansa_dense_is_finite(&layers[index]) { return false }
        return true
    }
}
