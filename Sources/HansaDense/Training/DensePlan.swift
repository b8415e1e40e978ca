internal import CHansaKernels

/// Where each buffer of a workspace goes: counted first, then dealt out in the same order.
struct DensePlan {
    let widths: [Int]
    let rowCount: Int

    init(_ architecture: DenseArchitecture, rowCount: Int) {
        widths = architecture.widths
        self.rowCount = rowCount
    }

    /// The bytes of all layers, the labels and the loss's row.
    var byteCount: Int {
        var total = activationByteCount(width: widths[0])
        for layer in 0..<widths.count - 1 {
            let (inputs, outputs) = (widths[layer], widths[layer + 1])
            let paddedRows = DenseLayout.padded(rowCount)
            total += DenseArena.byteCount(of: Float.self, count: inputs * DenseLayout.padded(outputs))
            total += DenseArena.byteCount(of: Float.self, count: DenseLayout.padded(outputs))
            total += 2 * activationByteCount(width: outputs)
            total += DenseArena.byteCount(of: UInt32.self, count: rowCount * DenseLayout.padded(inputs))
            total += DenseArena.byteCount(of: UInt32.self, count: rowCount)
            total += DenseArena.byteCount(of: Float.self, count: inputs * paddedRows)
            total += DenseArena.byteCount(of: UInt16.self, count: inputs * paddedRows)
            total += DenseArena.byteCount(of: UInt32.self, count: inputs)
        }
        total += DenseArena.byteCount(of: UInt32.self, count: rowCount)
        total += DenseArena.byteCount(of: Double.self, count: DenseLayout.padded(widths[widths.count - 1]))
        return total
    }

    /// The layers, each one's input being the output of the one before, and so with the derivatives.
    func layers(in arena: DenseArena) -> [hansa_dense_layer] {
        var layers: [hansa_dense_layer] = []
        var input = takeActivation(width: widths[0], from: arena)
        var inputDelta: UnsafeMutablePointer<Float>?
        for index in 0..<widths.count - 1 {
            let (inputs, outputs) = (widths[index], widths[index + 1])
            let paddedRows = DenseLayout.padded(rowCount)
            var layer = hansa_dense_layer()
            layer.input_count = inputs
            layer.output_count = outputs
            layer.input_stride = DenseLayout.padded(inputs)
            layer.output_stride = DenseLayout.padded(outputs)
            layer.weights = arena.take(Float.self, count: inputs * DenseLayout.padded(outputs))
            layer.bias = arena.take(Float.self, count: DenseLayout.padded(outputs))
            let output = takeActivation(width: outputs, from: arena)
            let outputDelta = takeActivation(width: outputs, from: arena)
            layer.input = input
            layer.input_delta = inputDelta
            layer.output = output
            layer.output_delta = outputDelta
            layer.nonzero = arena.take(UInt32.self, count: rowCount * DenseLayout.padded(inputs))
            layer.nonzero_count = arena.take(UInt32.self, count: rowCount)
            layer.column_values = arena.take(Float.self, count: inputs * paddedRows)
            layer.column_rows = arena.take(UInt16.self, count: inputs * paddedRows)
            layer.column_count = arena.take(UInt32.self, count: inputs)
            layers.append(layer)
            (input, inputDelta) = (output, outputDelta)
        }
        return layers
    }

    private func activationByteCount(width: Int) -> Int {
        DenseArena.byteCount(of: Float.self, count: rowCount * DenseLayout.padded(width))
    }

    private func takeActivation(width: Int, from arena: DenseArena) -> UnsafeMutablePointer<Float> {
        arena.take(Float.self, count: rowCount * DenseLayout.padded(width))
    }
}
