/// FedAMD in plain loops and double precision, one round at a time; roles and batches are given.
///
/// - seealso: Wu et al. 2023 (arXiv:2206.05891); `AnchorSampling` of `HansaAggregation` is what it is compared with.
public struct NaiveAnchorSampling {
    /// The mean gradient of one client's examples at a point; of all of them for nil.
    public typealias Gradient = (_ client: Int, _ point: [Double], _ examples: [UInt32]?) -> [Double]

    /// The model.
    public private(set) var point: [Double]
    /// The gradient that each client sent last.
    public private(set) var bullseyes: [Int: [Double]] = [:]
    private let rate: Double
    private let serverRate: Double
    private let gradient: Gradient

    /// - Parameters:
    ///   - rate: η of the miners' steps.
    ///   - serverRate: η_s, by which the mean of their updates moves the model.
    public init(point: [Double], rate: Double, serverRate: Double = 1, gradient: @escaping Gradient) {
        self.point = point
        self.rate = rate
        self.serverRate = serverRate
        self.gradient = gradient
    }

    /// The mean of the gradients that clients sent last.
    public var meanBullseye: [Double] {
        var mean = [Double](repeating: 0, count: point.count)
        for client in bullseyes.keys.sorted() {
            for (index, value) in (bullseyes[client] ?? []).enumerated() { mean[index] += value }
        }
        return mean.map { $0 / Double(max(1, bullseyes.count)) }
    }

    /// - Parameters:
    ///   - anchors: send their gradient.
    ///   - miners: each with its batches, one for every step but the first.
    ///   - anchorExamples: those of an anchor's batch; nil for all.
    public mutating func round(
        anchors: [Int],
        miners: [(client: Int, batches: [[UInt32]])],
        anchorExamples: (Int) -> [UInt32]? = { _ in nil }
    ) {
        let sent = anchors.map { ($0, gradient($0, point, anchorExamples($0))) }
        let direction = meanBullseye
        if !miners.isEmpty {
            var moved = [Double](repeating: 0, count: point.count)
            for (client, batches) in miners {
                let end = mine(client, batches, direction)
                for index in moved.indices { moved[index] += end[index] - point[index] }
            }
            for index in point.indices { point[index] += serverRate * moved[index] / Double(miners.count) }
        }
        for (client, value) in sent { bullseyes[client] = value }
    }

    private func mine(_ client: Int, _ batches: [[UInt32]], _ start: [Double]) -> [Double] {
        var direction = start
        var previous = point
        var current = zip(point, direction).map { $0 - rate * $1 }
        for batch in batches {
            let new = gradient(client, current, batch)
            let old = gradient(client, previous, batch)
            for index in direction.indices { direction[index] += new[index] - old[index] }
            previous = current
            current = zip(current, direction).map { $0 - rate * $1 }
        }
        return current
    }
}
