public import HansaCoordinator
public import HansaWire

/// Why a simulation could not start or go on.
public enum SimulationError: Error, Equatable, Sendable {
    /// What a client remembers could not be written to this file.
    case clientMemory(path: String)
    /// The coordinator gave up.
    case coordinator(CoordinatorError)
    /// The store could not be opened.
    case store(StoreError)
    /// The test data do not fit the model, in words.
    case evaluation(String)
    /// What the model computes on the test data is no longer finite.
    case diverged
    /// The roster has another number of clients than the partition.
    case clientCountMismatch(got: Int, expected: Int)
    /// Nothing is left to happen, but the run is not over: a mistake of ours, or faults that never let up.
    case stuck(round: UInt32, eventCount: Int)
    /// The two ends of a framed simulation did not understand each other: a mistake of ours.
    case wire(WireError)
    /// The processes that train cannot work together.
    case ranks(RankError)
    /// What an external trainer needs cannot be made, in words.
    case external(String)
    /// The task was cancelled; the durable state can be resumed.
    case cancelled
}
