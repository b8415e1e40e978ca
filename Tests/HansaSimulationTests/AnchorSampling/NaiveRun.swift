import HansaNumerics
import HansaTesting

/// FedAMD on ``LeastSquares`` by the naive reference, in double precision, with draws of its own.
enum NaiveRun {
    enum Anchors {
        case constant(Double)
        case sequential(Int)
    }

    /// The mean of ‖∇F‖² at the end over three seeds.
    static func meanSquaredGradient(
        _ anchors: Anchors,
        cohort: Int = 5,
        steps: Int = 5,
        rate: Double = 0.02,
        rounds: Int = 400,
        anchorExamples: Int = LeastSquares.exampleCount
    ) -> Double {
        var sum = 0.0
        for seed in UInt64(1)...3 {
            let problem = LeastSquares(seed: seed)
            var stream = RandomStream(seed: seed, purpose: .roles)
            var naive = NaiveAnchorSampling(
                point: [Double](repeating: 0, count: LeastSquares.dimension),
                rate: rate,
                gradient: problem.gradient
            )
            func sample(_ count: Int, of all: Int) -> [Int] {
                var order = Array(0..<all)
                stream.shuffle(&order)
                return Array(order.prefix(count))
            }
            func examples(_ client: Int) -> [UInt32]? {
                anchorExamples == LeastSquares.exampleCount
                    ? nil : sample(anchorExamples, of: LeastSquares.exampleCount).map { UInt32($0) }
            }
            naive.round(anchors: Array(0..<LeastSquares.clientCount), miners: [], anchorExamples: examples)
            for round in 0..<rounds {
                var (anchorClients, miners): ([Int], [Int]) = ([], [])
                for client in sample(cohort, of: LeastSquares.clientCount) {
                    let isAnchor: Bool =
                        switch anchors {
                        case .constant(let p): stream.nextDouble() < p
                        case .sequential(let period): round % period == 0
                        }
                    if isAnchor { anchorClients.append(client) } else { miners.append(client) }
                }
                naive.round(
                    anchors: anchorClients,
                    miners: miners.map { client in
                        (client, (1..<steps).map { _ in sample(4, of: LeastSquares.exampleCount).map { UInt32($0) } })
                    },
                    anchorExamples: examples
                )
            }
            sum += problem.squaredGradient(at: naive.point)
        }
        return sum / 3
    }

    /// Federated averaging with as many steps, for comparison.
    static func averaging(rate: Double, rounds: Int) -> Double {
        var sum = 0.0
        for seed in UInt64(1)...3 {
            let problem = LeastSquares(seed: seed)
            var stream = RandomStream(seed: seed, purpose: .roles)
            var point = [Double](repeating: 0, count: LeastSquares.dimension)
            for _ in 0..<rounds {
                var clients = Array(0..<LeastSquares.clientCount)
                stream.shuffle(&clients)
                var moved = [Double](repeating: 0, count: point.count)
                for client in clients.prefix(5) {
                    var own = point
                    for _ in 0..<5 {
                        var order = Array(0..<UInt32(LeastSquares.exampleCount))
                        stream.shuffle(&order)
                        let gradient = problem.gradient(client, own, Array(order.prefix(4)))
                        for index in own.indices { own[index] -= rate * gradient[index] }
                    }
                    for index in own.indices { moved[index] += (own[index] - point[index]) / 5 }
                }
                for index in point.indices { point[index] += moved[index] }
            }
            sum += problem.squaredGradient(at: point)
        }
        return sum / 3
    }
}
