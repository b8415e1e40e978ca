public import HansaCoordinator
public import HansaCore
public import HansaResults

/// What a finished simulation leaves.
public struct SimulationOutcome: Sendable {
    /// The last model version.
    public var checkpoint: Checkpoint
    /// Why the run ended before its last round, where its privacy budget did not allow one more.
    public var stop: BudgetStop?
    /// The digest of the last model.
    public var digest: SHA256Digest
    /// One record for each attempt at a round, in order.
    public var participation: [ParticipationRecord]
    /// One line for each attempt that this process saw the end of, with round 0 in front for a fresh run.
    public var metrics: [RoundMetrics]
    /// SHA-256 of everything that happened, in order: equal for equal seeds, whatever the number of threads.
    public var traceHash: SHA256Digest
    /// How often the simulated coordinator died and came back.
    public var restartCount: Int
    /// How many moments right before or right after a durable write the coordinator went through.
    public var durableMomentCount: Int
    /// The assignments whose updates clients were told are durable.
    public var acknowledged: Set<AssignmentID>
    /// The bytes of all frames; nil where requests and answers travelled as values.
    public var traffic: WireTraffic?
}
