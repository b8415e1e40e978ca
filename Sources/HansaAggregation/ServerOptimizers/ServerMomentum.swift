/// Server momentum (FedAvgM): m ← β·m + Δ, x ← x + η·m, with m = 0 before the first round.
///
/// - seealso: Hsu, Qi, Brown 2019 (arXiv:1909.06335).
struct ServerMomentum: ServerOptimizer {
    /// The name of m in a checkpoint.
    static let momentumName = "optimizer.momentum"

    let learningRate: Float
    let beta: Float
    /// m; empty before the first step.
    private(set) var momentum: [Float] = []

    init(learningRate: Float, beta: Float) {
        self.learningRate = learningRate
        self.beta = beta
    }

    var state: [StateTensor] {
        momentum.isEmpty ? [] : [StateTensor(name: Self.momentumName, values: momentum)]
    }

    var parameterCount: Int? { momentum.isEmpty ? nil : momentum.count }

    mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        momentum = try StateTensor.values(of: state, named: [Self.momentumName])?[0] ?? []
    }

    mutating func step(_ parameters: inout [Float], by delta: [Float]) {
        if momentum.isEmpty { momentum = [Float](repeating: 0, count: parameters.count) }
        let (rate, beta) = (learningRate, beta)
        momentum.withUnsafeMutableBufferPointer { m in
            parameters.withUnsafeMutableBufferPointer { x in
                delta.withUnsafeBufferPointer { delta in
                    for i in x.indices {
                        m[i] = beta * m[i] + delta[i]
                        x[i] += rate * m[i]
                    }
                }
            }
        }
    }
}
