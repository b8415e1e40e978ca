public import HansaAggregation

/// FC-MoE's aggregation of one expert, vector by vector in Double, as ALGORITHMS writes it: what the fast path, which
/// only sees inner products, must agree with.
public struct NaiveExpert: Sendable {
    /// One client of the round.
    public struct Member: Sendable {
        /// g: the client's update of the expert.
        public var update: [Double]
        /// τ: how many tokens the expert learned from; a client with 0 takes no part.
        public var tokens: Double
        /// The client's tokens in the expert's layer.
        public var layerTokens: Double
        /// n.
        public var samples: Double

        public init(update: [Double], tokens: Double = 1, layerTokens: Double = 1, samples: Double = 1) {
            self.update = update
            self.tokens = tokens
            self.layerTokens = layerTokens
            self.samples = samples
        }
    }

    /// The clients that take part, by their index among all.
    public private(set) var participants: [Int] = []
    /// w, by participant.
    public private(set) var shares: [Double] = []
    /// ḡ; empty where nobody takes part.
    public private(set) var consensus: [Double] = []
    /// g̃, by participant.
    public private(set) var projected: [[Double]] = []
    /// v, by participant.
    public private(set) var weights: [Double] = []
    /// Σ v g̃; nil where the expert stays as it is.
    public private(set) var delta: [Double]?

    /// Aggregates one expert.
    ///
    /// - Parameters:
    ///   - members: all clients of the round; their updates are of one length.
    ///   - noiseNorm: the typical norm of the noise in an update of the expert; 0 without noise.
    ///   - orders: for PCGrad, the participants that each participant is compared with, in turn.
    public init(_ members: [Member], rules: MixtureRules, noiseNorm: Double = 0, orders: [[Int]] = []) {
        participants = members.indices.filter { members[$0].tokens > 0 }
        let taking = participants.map { members[$0] }
        let importance = Self.importance(of: taking, rules: rules)
        let total = importance.reduce(0, +)
        guard total > 0 else { return }
        shares = importance.map { $0 / total }
        let norms = taking.map { Self.norm($0.update) }
        consensus = [Double](repeating: 0, count: taking[0].update.count)
        var mass = 0.0
        for (index, member) in taking.enumerated() {
            let length = rules.consensus == .normalised ? norms[index] : 1
            guard length > 0 else { continue }
            mass += shares[index] * norms[index] / length
            for place in consensus.indices { consensus[place] += shares[index] * member.update[place] / length }
        }
        let square = Self.dot(consensus, consensus)
        for (index, member) in taking.enumerated() {
            var own = member.update
            let isLoud = norms[index] > rules.noiseFactor * noiseNorm
            switch rules.conflict {
            case .none: break
            case .consensus:
                let inner = Self.dot(own, consensus)
                if isLoud, square > MixtureRules.consensusFloor * mass * mass,
                    inner < -rules.margin * norms[index] * square.squareRoot()
                {
                    for place in own.indices { own[place] -= inner / square * consensus[place] }
                }
            case .pcgrad:
                for other in orders[index] where isLoud && norms[other] > rules.noiseFactor * noiseNorm {
                    let inner = Self.dot(own, taking[other].update)
                    if inner < -rules.margin * Self.norm(own) * norms[other] {
                        let factor = inner / (norms[other] * norms[other])
                        for place in own.indices { own[place] -= factor * taking[other].update[place] }
                    }
                }
            }
            projected.append(own)
        }
        switch rules.aggregation {
        case .importance: weights = shares
        case .samples:
            let count = taking.reduce(0) { $0 + $1.samples }
            weights = taking.map { $0.samples / count }
        }
        var sum = [Double](repeating: 0, count: consensus.count)
        for (weight, vector) in zip(weights, projected) {
            for place in sum.indices { sum[place] += weight * vector[place] }
        }
        delta = sum
    }

    /// c, by participant.
    private static func importance(of members: [Member], rules: MixtureRules) -> [Double] {
        guard !members.isEmpty else { return [] }
        let norms = members.map { norm($0.update) }
        let sorted = norms.filter { $0 > 0 }.sorted()
        let middle = sorted.count / 2
        var capped = norms
        if !sorted.isEmpty {
            let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
            capped = norms.map { min($0, rules.normCap * median) }
        }
        switch rules.importance {
        case .uniform: return members.map { _ in 1 }
        case .samples: return members.map(\.samples)
        case .tokens: return members.map(\.tokens)
        case .product: return zip(members, capped).map { $0.tokens * $1 }
        case .convex:
            let frequencies = members.map { $0.tokens / $0.layerTokens }
            let (largest, longest) = (frequencies.max() ?? 0, capped.max() ?? 0)
            return zip(frequencies, capped).map {
                rules.importanceShare * $0 / largest
                    + (longest > 0 ? (1 - rules.importanceShare) * $1 / longest : 0)
            }
        }
    }

    /// ⟨left, right⟩.
    public static func dot(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// ‖vector‖₂.
    public static func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }
}
