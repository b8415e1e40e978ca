#if !hasFeature(Embedded)
internal import CHansaKernels
internal import HansaNumerics

/// The way of a block of examples through router and experts.
extension SwitchWorkspace {
    /// Computes the router's shares and choices of the block's first rows, and writes them down from `first` on.
    ///
    /// Shares are exponentials in Double, divided by their sum in the order of the experts and rounded once; a share below
    /// the normal Floats is 0. The choice is the first expert with the largest score.
    func route(rows: Int, first: Int, keepsColumns: Bool) {
        hansa_dense_forward(&layers[0], rows, false, keepsColumns)
        let router = layers[0]
        let count = architecture.expertCount
        guard let scores = router.output else { return }
        var exponentials = [Double](repeating: 0, count: count)
        for row in 0..<rows {
            let z = scores + row * router.output_stride
            var best = 0
            for expert in 1..<max(count, 1) where z[expert] > z[best] { best = expert }
            let largest = Double(z[best])
            var sum = 0.0
            for expert in 0..<count {
                exponentials[expert] = DeterministicMath.exp(Double(z[expert]) - largest)
                sum += exponentials[expert]
            }
            for expert in 0..<count {
                let share = exponentials[expert] / sum
                // Subnormal numbers would slow every later product and carry nothing.
                shares[(first + row) * count + expert] = share < 0x1p-126 ? 0 : Float(share)
            }
            choices[first + row] = best
        }
    }

    /// Makes room for the shares and choices of so many examples.
    func prepareRoutes(count: Int) {
        if choices.count < count {
            choices = [Int](repeating: 0, count: count)
            shares = [Float](repeating: 0, count: count * architecture.expertCount)
        }
    }

    /// The rows of a block that an expert answers, in order; the block's choices begin at `first`.
    func rows(of expert: Int, rows: Int, first: Int) -> [Int] {
        (0..<rows).filter { choices[first + $0] == expert }
    }

    /// Runs an expert on some rows of the block: its answers lie one behind the other in its output.
    func run(_ expert: Int, on rows: [Int], keepsColumns: Bool) {
        let (hidden, output) = (1 + 2 * expert, 2 + 2 * expert)
        let stride = layers[0].input_stride
        guard let from = layers[0].input, let to = layers[hidden].input else { return }
        for (place, row) in rows.enumerated() {
            (to + place * stride).update(from: from + row * stride, count: stride)
        }
        hansa_dense_forward(&layers[hidden], rows.count, true, keepsColumns)
        hansa_dense_forward(&layers[output], rows.count, false, keepsColumns)
    }
}
#endif
