import HansaNumerics
public import HansaPrivacy
import HansaQuantization

/// A lattice and its noise, with what a round of them looks like.
public struct PlannedNoise: Hashable, Sendable {
    /// How far the wish is from what can be learned.
    public enum Verdict: String, Hashable, Sendable {
        /// The mean of one round is above its noise.
        case clear
        /// The mean of all rounds is above its noise, that of one round is not.
        case noisy
        /// The noise exceeds the largest possible mean, averaged over all rounds.
        case hopeless
    }

    /// The wish.
    public let planner: NoisePlanner
    /// The lattice's own step, in units of the parameters.
    public let step: Double
    /// The largest |q_i| before noise: the integer bound K on the norm.
    public let bound: UInt64
    public let noise: Noise
    /// What one client adds; nil where it adds nothing.
    public let clientMechanism: NoiseMechanism?
    /// What one round releases: towards everyone under local noise, else towards readers of the model.
    public let event: PrivacyEvent

    /// The release that the coordinator sees where it is another than ``event``: one share alone.
    public var coordinatorEvent: PrivacyEvent? {
        guard case .distributed = noise.placement, let clientMechanism else { return nil }
        var event = event
        event.mechanism = clientMechanism
        return event
    }

    /// The bits that hold the bound and the noise, as plans are validated (`NoiseTail`); 33 where 32 do not.
    public var bitsNeeded: Int {
        var reach = Double(bound)
        if let clientMechanism { reach += NoiseTail.magnitude(of: clientMechanism, drawCount: drawCount) }
        return (2...32).first { bits in reach <= Double((Int64(1) << Int64(bits - 1)) - 1) } ?? 33
    }

    /// An upper bound on the coordinates that saturate in a round of the whole cohort, with the wish's width.
    public var expectedClamps: Double {
        let room = Double(planner.width.magnitudeMax) - Double(bound)
        guard room >= 0 else { return .infinity }
        return clientMechanism.map { $0.tail(beyond: room) * drawCount } ?? 0
    }

    private var drawCount: Double { Double(planner.dimension) * Double(planner.cohort) }

    /// Standard deviation of the noise of one coordinate of a round's mean, in units of the parameters.
    public var noiseOfMean: Double {
        let cohort = Double(planner.cohort)
        let own = noise.mechanism.standardDeviation * step
        return noise.placement == .local ? own / cohort.squareRoot() : own / cohort
    }

    /// The root mean square of a coordinate of an update at the clip bound: clip/√d; clip/d where the bound is on the L1
    /// norm and every coordinate has its part.
    public var signal: Double {
        let dimension = Double(planner.dimension)
        return planner.clip / (planner.law == .discreteLaplace ? dimension : dimension.squareRoot())
    }

    /// ``signal`` over ``noiseOfMean``: of one round.
    public var signalToNoise: Double { signal / noiseOfMean }

    /// Of the mean of all rounds, were they to say the same.
    public var signalToNoiseOfAll: Double { signalToNoise * Double(planner.rounds).squareRoot() }

    public var verdict: Verdict {
        if signalToNoise >= 1 { return .clear }
        return signalToNoiseOfAll >= 1 ? .noisy : .hopeless
    }

    /// What would lift ``signalToNoiseOfAll`` to 1, each alone; empty where it is there.
    public var remedies: [Remedy] {
        guard verdict == .hopeless else { return [] }
        let lack = 1 / signalToNoiseOfAll
        var remedies: [Remedy] = []
        if noise.placement == .local {
            // Noise on the sum is once that of one client, not √n times.
            remedies.append(.central(signalToNoiseOfAll: signalToNoiseOfAll * Double(planner.cohort).squareRoot()))
        }
        let clients = Double(planner.cohort) * (noise.placement == .local ? lack * lack : lack)
        remedies.append(.clients(clients.rounded(.up)))
        let parameters = Double(planner.dimension) / (planner.law == .discreteLaplace ? lack : lack * lack)
        if parameters >= 1 { remedies.append(.parameters(parameters.rounded(.down))) }
        return remedies
    }

    /// A change that would help.
    public enum Remedy: Hashable, Sendable {
        /// The coordinator adds the noise: then this is the ratio of all rounds.
        case central(signalToNoiseOfAll: Double)
        /// So many clients a round.
        case clients(Double)
        /// At most so many parameters that are sent: a head, adapters, a smaller model.
        case parameters(Double)
    }
}

extension NoiseMechanism {
    /// The standard deviation, nearly: exact for Skellam, and within 1e-3 of it for scales and variances from 1.
    public var standardDeviation: Double {
        switch self {
        case .discreteLaplace(let scale):
            // 2p / (1 − p)² with p = e^(−1/s).
            let p = DeterministicMath.exp(-1 / scale.value)
            let variance = scale.value > 1e4 ? 2 * scale.value * scale.value : 2 * p / ((1 - p) * (1 - p))
            return variance.squareRoot()
        case .discreteGaussian(let variance), .skellam(let variance): return variance.value.squareRoot()
        }
    }

    /// An upper bound on P(|z| > t), for t ≥ 0.
    ///
    /// Exact for discrete Laplace; sub-Gaussian for discrete Gaussian (Canonne, Kamath, Steinke 2020, fact 18); Chernoff's
    /// for Skellam, at the exponent θ = asinh(t/µ): t asinh(t/µ) − √(t² + µ²) + µ.
    public func tail(beyond t: Double) -> Double {
        switch self {
        case .discreteLaplace(let scale):
            let rate = 1 / scale.value
            return 2 * DeterministicMath.exp(-(t.rounded(.down) + 1) * rate) / (1 + DeterministicMath.exp(-rate))
        case .discreteGaussian(let variance):
            return min(1, 2 * DeterministicMath.exp(-t * t / (2 * variance.value)))
        case .skellam(let variance):
            let mean = variance.value
            let root = (t * t + mean * mean).squareRoot()
            // √(t² + µ²) − µ without cancellation.
            let exponent = t * DeterministicMath.log((t + root) / mean) - t * t / (root + mean)
            return min(1, 2 * DeterministicMath.exp(-exponent))
        }
    }
}
