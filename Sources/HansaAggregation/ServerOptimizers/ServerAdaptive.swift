/// The adaptive server optimizers FedAdagrad, FedAdam and FedYogi.
///
///     m ← β₁·m + (1 − β₁)·Δ
///     v ← v + Δ²                                (Adagrad)
///     v ← β₂·v + (1 − β₂)·Δ²                    (Adam)
///     v ← v − (1 − β₂)·Δ²·sign(v − Δ²)          (Yogi)
///     x ← x + η·m / (√v + τ)
///
/// As in the paper there is no bias correction. The paper asks for an initial v of at least τ²; it is τ² here, and m
/// starts at 0. The order of operations is that of the formulas with 1 − β rounded once, Δ² before its factor, and
/// (η·m) before the quotient; sign(0) is 0.
/// - seealso: Algorithm 2 of Reddi et al. 2021 (arXiv:2003.00295).
struct ServerAdaptive: ServerOptimizer {
    /// How the second moment follows the squares.
    enum SecondMoment: Sendable {
        case adagrad
        case adam
        case yogi
    }

    /// The names of m and v in a checkpoint.
    static let stateNames = ["optimizer.momentum", "optimizer.secondMoment"]

    let rule: SecondMoment
    let learningRate: Float
    let beta1: Float
    /// Not used by Adagrad.
    let beta2: Float
    let tau: Float
    /// m and v; empty before the first step.
    private(set) var momentum: [Float] = []
    private(set) var secondMoment: [Float] = []

    init(rule: SecondMoment, learningRate: Float, beta1: Float, beta2: Float, tau: Float) {
        self.rule = rule
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.tau = tau
    }

    var state: [StateTensor] {
        guard !momentum.isEmpty else { return [] }
        return zip(Self.stateNames, [momentum, secondMoment]).map { StateTensor(name: $0, values: $1) }
    }

    var parameterCount: Int? { momentum.isEmpty ? nil : momentum.count }

    mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        let values = try StateTensor.values(of: state, named: Self.stateNames) ?? [[], []]
        guard values[1].allSatisfy({ $0 >= 0 }) else {
            throw .invalidState("\(Self.stateNames[1]) holds a value below 0")
        }
        momentum = values[0]
        secondMoment = values[1]
    }

    mutating func step(_ parameters: inout [Float], by delta: [Float]) {
        if momentum.isEmpty {
            momentum = [Float](repeating: 0, count: parameters.count)
            secondMoment = [Float](repeating: tau * tau, count: parameters.count)
        }
        moveMoments(by: delta)
        let (rate, tau) = (learningRate, tau)
        parameters.withUnsafeMutableBufferPointer { x in
            momentum.withUnsafeBufferPointer { m in
                secondMoment.withUnsafeBufferPointer { v in
                    for i in x.indices { x[i] += (rate * m[i]) / (v[i].squareRoot() + tau) }
                }
            }
        }
    }

    private mutating func moveMoments(by delta: [Float]) {
        let (beta1, beta2, rule) = (beta1, beta2, rule)
        let (rest1, rest2) = (1 - beta1, 1 - beta2)
        momentum.withUnsafeMutableBufferPointer { m in
            secondMoment.withUnsafeMutableBufferPointer { v in
                delta.withUnsafeBufferPointer { delta in
                    for i in m.indices { m[i] = beta1 * m[i] + rest1 * delta[i] }
                    switch rule {
                    case .adagrad:
                        for i in v.indices { v[i] += delta[i] * delta[i] }
                    case .adam:
                        for i in v.indices { v[i] = beta2 * v[i] + rest2 * (delta[i] * delta[i]) }
                    case .yogi:
                        for i in v.indices {
                            let square = delta[i] * delta[i]
                            let change = rest2 * square
                            v[i] = v[i] > square ? v[i] - change : v[i] < square ? v[i] + change : v[i]
                        }
                    }
                }
            }
        }
    }
}
