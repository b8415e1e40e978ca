public import HansaResults

/// What an observer of a simulation is told while it runs.
public enum SimulationEvent: Sendable {
    /// The initial model is measured: round 0.
    case started(RoundMetrics)
    /// So many of the round's updates are durable.
    case trained(count: Int, of: Int, round: UInt32)
    /// An attempt at a round ended.
    case round(RoundMetrics)
    /// A simulated crash ended the coordinator, and it is up again.
    case restarted(count: Int)
}
