import Synchronization

/// What workers spend on training and on encoding, each with its own clock: the proportion in which both share the time
/// of a batch.
final class WorkMeter: Sendable {
    private let training = Atomic<Int>(0)
    private let encoding = Atomic<Int>(0)

    /// Adds what one client took.
    func add(training: Duration, encoding: Duration) {
        self.training.wrappingAdd(Self.nanoseconds(training), ordering: .relaxed)
        self.encoding.wrappingAdd(Self.nanoseconds(encoding), ordering: .relaxed)
    }

    /// Encoding's share of the work since the last call; 0 without any.
    func takeEncodingShare() -> Double {
        let training = Double(self.training.exchange(0, ordering: .relaxed))
        let encoding = Double(self.encoding.exchange(0, ordering: .relaxed))
        return training + encoding > 0 ? encoding / (training + encoding) : 0
    }

    private static func nanoseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(truncatingIfNeeded: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}
