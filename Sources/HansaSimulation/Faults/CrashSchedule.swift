import HansaNumerics

/// Which durable writes of a simulated process are its last.
final class CrashSchedule {
    /// What becomes of one write.
    enum Fate: Equatable {
        case survives
        case diesBefore
        case diesAfter
    }

    /// Which writes end in a crash.
    enum Rule: Sendable {
        /// Each with the same chance, drawn from a stream.
        case rate(Double)
        /// The n-th write, from 0, and no other.
        case once(write: Int, after: Bool)
    }

    private let rule: Rule
    private var stream: RandomStream
    /// How many writes there were so far.
    private(set) var count = 0

    init(rule: Rule, stream: RandomStream) {
        self.rule = rule
        self.stream = stream
    }

    func next() -> Fate {
        defer { count += 1 }
        switch rule {
        case .once(let write, let after): return count == write ? (after ? .diesAfter : .diesBefore) : .survives
        case .rate(let rate):
            guard rate > 0, stream.nextDouble() < rate else { return .survives }
            return stream.next32() & 1 == 0 ? .diesBefore : .diesAfter
        }
    }
}
