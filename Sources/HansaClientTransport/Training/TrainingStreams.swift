import HansaCore
import HansaNumerics

/// Where a trainer's random numbers come from.
///
/// With a seed they are the simulator's: addressed by seed, round, client, purpose and attempt, so that a real client's
/// bytes are a simulated client's. Without one, each training draws a new key from the operating system.
struct TrainingStreams {
    private let seed: UInt64
    private let id: AssignmentID

    /// Streams of one training.
    init(seed: UInt64?, assignment: AssignmentID) {
        var system = SystemRandomNumberGenerator()
        self.seed = seed ?? system.next()
        id = assignment
    }

    func stream(_ purpose: RandomPurpose) -> RandomStream {
        RandomStream(seed: seed, round: id.round, client: id.client.number, purpose: purpose, attempt: id.attempt)
    }
}
