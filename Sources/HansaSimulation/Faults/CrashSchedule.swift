import HansaNumerics

/// At which of its durable writes a simulated process dies.
///
/// The numbering runs on over restarts, so that a test can name every moment of a run: each write has one right before
/// and one right after it.
final class CrashSchedule {
    /// Which moments end in a crash.
    enum Rule: Hashable, Sendable {
        /// None; moments are counted.
        case never
        /// Each with the same chance, drawn from a stream.
        case rate(Double)
        /// The n-th moment, from 0, and no other.
        case once(moment: Int)
    }

    private let rule: Rule
    private var stream: RandomStream
    /// How many moments there were so far.
    private(set) var count = 0

    init(rule: Rule, stream: RandomStream) {
        self.rule = rule
        self.stream = stream
    }

    /// Whether the process dies at this moment.
    func strikes() -> Bool {
        defer { count += 1 }
        switch rule {
        case .never: return false
        case .once(let moment): return count == moment
        case .rate(let rate): return rate > 0 && stream.nextDouble() < rate
        }
    }
}
