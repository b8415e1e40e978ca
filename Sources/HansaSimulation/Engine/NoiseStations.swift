import HansaCore
import HansaPrivacy
import Synchronization

/// The noise station that was used last, shared by the simulated clients of one process.
///
/// A device makes its table once a round; a thousand simulated clients would make the same one a thousand times. No draw
/// depends on it.
final class NoiseStations: Sendable {
    private let last = Mutex<NoiseStation?>(nil)

    /// The station of a plan's clients; nil where they add no noise.
    func station(for plan: RoundPlan) throws(PrivacyError) -> NoiseStation? {
        guard let mechanism = try plan.noise.noise?.clientMechanism() else { return nil }
        if let known = last.withLock({ $0 }), known.mechanism == mechanism { return known }
        // Outside the lock: several workers may make it at once, each the same.
        let made = try NoiseStation(mechanism)
        last.withLock { $0 = made }
        return made
    }
}
