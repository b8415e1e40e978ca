import HansaCore
import HansaNumerics

/// Heterogeneous least squares over 20 clients with 40 examples of 10 features each (ALGORITHMS.md §2.7): strongly convex,
/// and every client has another solution.
struct LeastSquares: Sendable {
    static let clientCount = 20
    static let exampleCount = 40
    static let dimension = 10

    /// For each client the features of each example, and the targets.
    private let features: [[[Double]]]
    private let targets: [[Double]]

    init(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .initialization)
        func normal() -> Double {
            // Box and Muller's; a test needs no more.
            let radius = (-2 * DeterministicMath.log(1 - stream.nextDouble())).squareRoot()
            return radius * DeterministicMath.cos(2 * .pi * stream.nextDouble())
        }
        var features: [[[Double]]] = []
        var targets: [[Double]] = []
        for _ in 0..<Self.clientCount {
            let scale = 0.5 + stream.nextDouble()
            let weights = (0..<Self.dimension).map { _ in 3 * normal() }
            var rows: [[Double]] = []
            var values: [Double] = []
            for _ in 0..<Self.exampleCount {
                let row = (0..<Self.dimension).map { _ in scale * normal() }
                rows.append(row)
                values.append(zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 } + 0.3 * normal())
            }
            features.append(rows)
            targets.append(values)
        }
        self.features = features
        self.targets = targets
    }

    /// ∇ of half the mean squared error over some examples of a client, all for nil.
    func gradient(_ client: Int, _ point: [Double], _ examples: [UInt32]?) -> [Double] {
        var gradient = [Double](repeating: 0, count: Self.dimension)
        let indices = examples.map { $0.map { Int($0) } } ?? Array(0..<Self.exampleCount)
        for example in indices {
            let row = features[client][example]
            let error = zip(row, point).reduce(-targets[client][example]) { $0 + $1.0 * $1.1 }
            for index in gradient.indices { gradient[index] += error * row[index] / Double(indices.count) }
        }
        return gradient
    }

    /// ‖∇F‖² of the mean over clients.
    func squaredGradient(at point: [Double]) -> Double {
        var mean = [Double](repeating: 0, count: Self.dimension)
        for client in 0..<Self.clientCount {
            for (index, value) in gradient(client, point, nil).enumerated() {
                mean[index] += value / Double(Self.clientCount)
            }
        }
        return mean.reduce(0) { $0 + $1 * $1 }
    }
}

/// One client of ``LeastSquares``, whose parameters are float32 like any model's.
struct LeastSquaresTrainer: GradientTrainer {
    func labelCounts() -> [Int] { [] }

    typealias Failure = Never

    let problem: LeastSquares
    let client: Int
    var exampleCount: Int { LeastSquares.exampleCount }

    mutating func gradient(
        at parameters: [Float],
        of examples: [UInt32],
        word: UInt64,
        into gradient: inout [Float]
    ) -> Double {
        gradient = problem.gradient(client, parameters.map { Double($0) }, examples).map { Float($0) }
        return 0
    }

    mutating func train(_ parameters: inout [Float], work: LocalWork, stream: RandomStream) -> TrainingSummary {
        var order: [UInt32] = []
        var stream = stream
        return work.train(
            exampleCount: exampleCount,
            order: &order,
            stream: &stream,
            step: { (order, batch, _) throws(Never) in
                let gradient = problem.gradient(client, parameters.map { Double($0) }, Array(order[batch]))
                for index in parameters.indices { parameters[index] -= work.learningRate * Float(gradient[index]) }
                return 0
            },
            diverged: { _ in preconditionFailure("the loss that is returned is 0") }
        )
    }
}
