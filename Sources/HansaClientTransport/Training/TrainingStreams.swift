import HansaCore
import HansaNumerics
import HansaPrivacy

/// Where a trainer's random numbers come from.
///
/// With a seed they are the simulator's: addressed by seed, round, client, purpose and attempt, so that a real client's
/// bytes are a simulated client's. Without one, each training draws a new key from the operating system. Noise is the
/// system's also with a seed, unless the plan says that it is seeded.
struct TrainingStreams {
    private let seed: UInt64
    private let isSeeded: Bool
    private let id: AssignmentID

    /// Streams of one training.
    init(seed: UInt64?, assignment: AssignmentID) {
        var system = SystemRandomNumberGenerator()
        self.seed = seed ?? system.next()
        isSeeded = seed != nil
        id = assignment
    }

    func stream(_ purpose: RandomPurpose) -> RandomStream {
        RandomStream(seed: seed, round: id.round, client: id.client.number, purpose: purpose, attempt: id.attempt)
    }

    /// The key of the client's noise; nil where the plan wants none of it.
    ///
    /// A plan with seeded noise is refused where the owner gave no seed.
    func noiseKey(for plan: RoundPlan) throws(PrivacyError) -> NoiseKey? {
        try NoiseKey.client(id, plan: plan, seed: isSeeded ? seed : nil)
    }
}
