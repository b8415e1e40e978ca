/// One expert of a mixture: W₂ max(0, W₁ x + b₁) + b₂, or B A x without biases and rectifier.
struct MixtureExpert {
    /// Rows of what goes in, what lies between and what comes out.
    struct Rows {
        let input: UnsafeMutablePointer<Float>
        let inner: UnsafeMutablePointer<Float>
        let output: UnsafeMutablePointer<Float>
    }

    let inputCount: Int
    let innerCount: Int
    let outputCount: Int
    /// The two weights, and their biases where there are any.
    let first: ParameterStore.Block
    let second: ParameterStore.Block
    let biases: (first: ParameterStore.Block, second: ParameterStore.Block)?

    func forward(_ rows: Rows, count: Int) throws(DNNLError) {
        guard count > 0 else { return }
        try Self.product(rows.input, inputCount, first, biases?.first, to: rows.inner, innerCount, count)
        if biases != nil {
            for index in 0..<count * innerCount { rows.inner[index] = max(0, rows.inner[index]) }
        }
        try Self.product(rows.inner, innerCount, second, biases?.second, to: rows.output, outputCount, count)
    }

    /// Computes the gradients of the parameters, zero for no rows, and of the rows that went in.
    ///
    /// - Parameter changes: of `output`; receives those of `inner` and `input`.
    func backward(_ rows: Rows, _ changes: Rows, count: Int) throws(DNNLError) {
        try Self.gradients(rows.inner, innerCount, changes.output, outputCount, second, biases?.second, count)
        if count > 0 {
            try DNNLProduct.run(
                changes.output,
                second.value.floats,
                to: changes.inner,
                rows: count,
                columns: innerCount,
                inner: outputCount
            )
        }
        if biases != nil {
            for index in 0..<count * innerCount where rows.inner[index] <= 0 { changes.inner[index] = 0 }
        }
        try Self.gradients(rows.input, inputCount, changes.inner, innerCount, first, biases?.first, count)
        guard count > 0 else { return }
        try DNNLProduct.run(
            changes.inner,
            first.value.floats,
            to: changes.input,
            rows: count,
            columns: inputCount,
            inner: innerCount
        )
    }

    /// X Wᵀ + b.
    private static func product(
        _ input: UnsafeMutablePointer<Float>,
        _ inputCount: Int,
        _ weights: ParameterStore.Block,
        _ bias: ParameterStore.Block?,
        to output: UnsafeMutablePointer<Float>,
        _ outputCount: Int,
        _ count: Int
    ) throws(DNNLError) {
        if let bias {
            for row in 0..<count { (output + row * outputCount).update(from: bias.value.floats, count: outputCount) }
        }
        try DNNLProduct.run(
            input,
            weights.value.floats,
            to: output,
            rows: count,
            columns: outputCount,
            inner: inputCount,
            transposesRight: true,
            adds: bias != nil
        )
    }

    private static func gradients(
        _ input: UnsafeMutablePointer<Float>,
        _ inputCount: Int,
        _ changes: UnsafeMutablePointer<Float>,
        _ outputCount: Int,
        _ weights: ParameterStore.Block,
        _ bias: ParameterStore.Block?,
        _ count: Int
    ) throws(DNNLError) {
        guard let gradient = weights.gradient else { return }
        if let sum = bias?.gradient?.floats {
            sum.update(repeating: 0, count: outputCount)
            for row in 0..<count {
                for index in 0..<outputCount { sum[index] += changes[row * outputCount + index] }
            }
        }
        guard count > 0 else { return gradient.floats.update(repeating: 0, count: gradient.floatCount) }
        try DNNLProduct.run(
            changes,
            input,
            to: gradient.floats,
            rows: outputCount,
            columns: inputCount,
            inner: count,
            transposesLeft: true
        )
    }
}
