import HansaCoordinator

/// The simulated coordinator's process, whose memory is the round engine; it ends with a crash.
///
/// A reference, because the engine is large and many messages ask it something.
final class CoordinatorProcess {
    var engine: RoundEngine

    init(_ engine: RoundEngine) { self.engine = engine }
}
