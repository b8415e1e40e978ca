import HansaQuantization

/// How the clients' learning rate changes from round to round.
///
/// The coordinator computes each round's rate and writes it into the plan, so clients know nothing of it. Every machine
/// computes the same bits: products and a cosine in integers.
public struct LearningRateSchedule: Hashable, Sendable {
    /// What becomes of the rate after the warmup; t counts its rounds from 0.
    public enum Decay: Hashable, Sendable {
        /// The same rate in every round.
        case constant
        /// rate · factor^⌊t / every⌋.
        case step(every: UInt32, factor: Double)
        /// rate · factor^t.
        case exponential(factor: Double)
        /// Half a cosine wave from the rate down towards `end` · rate over the T rounds that are left:
        /// rate · (end + (1 − end) · (1 + cos(πt/T))/2) (Loshchilov & Hutter 2017, arXiv:1608.03983, without restarts).
        case cosine(end: Double)
    }

    public var decay: Decay
    /// So many first rounds W rise to the rate in equal steps: round r has r/W of it.
    public var warmup: UInt32

    public init(_ decay: Decay, warmup: UInt32 = 0) {
        self.decay = decay
        self.warmup = warmup
    }

    /// The same rate in every round.
    public static let constant = Self(.constant)

    /// The rate of a round, counted from 1, of a run of `roundCount`, whose highest rate is `rate`.
    public func rate(_ rate: Float, round: UInt32, of roundCount: UInt32) -> Float {
        let highest = Double(rate)
        if round < warmup { return Float(highest * Double(round) / Double(warmup)) }
        // Rounds count from 1, so a round behind the warmup is at least one further.
        guard round > warmup else { return rate }
        let time = round - warmup - 1
        let length = roundCount > warmup ? roundCount - warmup : 1
        switch decay {
        case .constant: return rate
        case .step(let every, let factor): return Float(highest * Self.power(factor, time / max(every, 1)))
        case .exponential(let factor): return Float(highest * Self.power(factor, time))
        case .cosine(let end):
            guard time < length else { return Float(highest * end) }
            let cosine = FixedPointCosine.cosine(piTimes: UInt64(time), over: UInt64(length))
            let wave = Double(cosine) / Double(UInt64(1) << UInt64(FixedPointCosine.fractionBits))
            return Float(highest * (end + (1 - end) * (1 + wave) / 2))
        }
    }

    /// Refuses a schedule that has no steps, or that rises.
    func validate() throws(ConfigurationError) {
        func check(_ value: Double, _ key: String, isGood: Bool, _ expected: String) throws(ConfigurationError) {
            guard isGood else { throw .invalidValue(key: "schedule." + key, got: "\(value)", expected: expected) }
        }
        switch decay {
        case .constant: return
        case .step(let every, let factor):
            try check(Double(every), "every", isGood: every >= 1, "at least 1 round")
            try check(factor, "factor", isGood: factor > 0 && factor <= 1, "a number above 0 and at most 1")
        case .exponential(let factor):
            try check(factor, "factor", isGood: factor > 0 && factor <= 1, "a number above 0 and at most 1")
        case .cosine(let end):
            try check(end, "end", isGood: (0...1).contains(end), "a number from 0 to 1")
        }
    }

    /// base^exponent by squaring: the same products everywhere, which a library's power need not be.
    private static func power(_ base: Double, _ exponent: UInt32) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
