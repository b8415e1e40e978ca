#if !hasFeature(Embedded)
internal import CHansaKernels
internal import HansaCore

/// What the trainer does to gradients before and instead of a step of plain SGD: FedProx's term, the bound on the
/// norm, Adam and AdamW.
///
/// A part of the workspace: the copy of the round's weights and Adam's moments are kept from client to client, where
/// they were once needed. Operations and their order per number are fixed, so the class stays exact.
struct DenseRefinements {
    /// A weight and a bias buffer for every layer, in the layer's layout.
    private final class Copies {
        let weights: [UnsafeMutablePointer<Float>]
        let biases: [UnsafeMutablePointer<Float>]
        private let arena: DenseArena

        init(_ layers: [hansa_dense_layer], byteCount: Int) {
            let arena = DenseArena(byteCount: byteCount)
            weights = layers.map { arena.take(Float.self, count: $0.input_count * $0.output_stride) }
            biases = layers.map { arena.take(Float.self, count: $0.output_stride) }
            self.arena = arena
        }

        func clear(_ layers: [hansa_dense_layer]) {
            for (index, layer) in layers.enumerated() {
                weights[index].update(repeating: 0, count: layer.input_count * layer.output_stride)
                biases[index].update(repeating: 0, count: layer.output_stride)
            }
        }
    }

    private var start: Copies?
    private var first: Copies?
    private var second: Copies?
    private var adam: AdamStep?

    /// Gets ready for work from the weights that the layers hold now.
    mutating func begin(_ work: LocalWork, _ layers: [hansa_dense_layer], byteCount: Int) {
        adam = AdamStep(work)
        if work.proximal != 0 {
            let copies = start ?? Copies(layers, byteCount: byteCount)
            start = copies
            for (index, layer) in layers.enumerated() {
                copies.weights[index].update(from: layer.weights, count: layer.input_count * layer.output_stride)
                copies.biases[index].update(from: layer.bias, count: layer.output_stride)
            }
        }
        guard adam != nil else { return }
        if let first, let second {
            first.clear(layers)
            second.clear(layers)
        } else {
            first = Copies(layers, byteCount: byteCount)
            second = Copies(layers, byteCount: byteCount)
        }
    }

    /// Changes the gradients as the work asks.
    func bound(_ layers: [hansa_dense_layer], _ work: LocalWork) {
        guard work.proximal != 0 || work.gradientNormMax != 0 else { return }
        let start = work.proximal == 0 ? nil : start
        var sum = 0.0
        for (index, layer) in layers.enumerated() {
            let count = layer.input_count * layer.output_stride
            sum += hansa_gradient_bound(
                layer.weight_gradient,
                layer.weights,
                start?.weights[index],
                count,
                work.proximal
            )
            sum += hansa_gradient_bound(
                layer.bias_gradient,
                layer.bias,
                start?.biases[index],
                layer.output_stride,
                work.proximal
            )
        }
        guard work.gradientNormMax != 0, let factor = work.clipFactor(squaredNorm: sum) else { return }
        for layer in layers {
            for index in 0..<layer.input_count * layer.output_stride { layer.weight_gradient[index] *= factor }
            for index in 0..<layer.output_stride { layer.bias_gradient[index] *= factor }
        }
    }

    /// Takes a step of Adam or AdamW; false where the work is for SGD.
    mutating func takeStep(_ layers: [hansa_dense_layer]) -> Bool {
        guard adam != nil, let first, let second else { return false }
        adam?.begin()
        guard let adam else { return false }
        for (index, layer) in layers.enumerated() {
            adam.apply(
                layer.weights,
                gradient: layer.weight_gradient,
                first: first.weights[index],
                second: second.weights[index],
                count: layer.input_count * layer.output_stride
            )
            adam.apply(
                layer.bias,
                gradient: layer.bias_gradient,
                first: first.biases[index],
                second: second.biases[index],
                count: layer.output_stride
            )
        }
        return true
    }
}
#endif
