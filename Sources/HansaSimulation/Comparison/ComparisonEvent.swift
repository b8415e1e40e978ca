/// What an observer of a comparison is told while it runs.
public enum ComparisonEvent: Sendable {
    /// What holds of some configurations only with a reservation, each told once.
    case caveat(String)
    /// A run begins, or goes on, with so many rounds ahead; `found` of them are done already.
    case started(label: String, seed: UInt64, rounds: Int)
    /// A round of a run is over.
    case round(label: String, seed: UInt64)
    /// A run is at its end; `isFound` where an earlier comparison had done it. `rounds` is what it was to take.
    case finished(label: String, run: ComparisonOutcome.Run, rounds: Int, isFound: Bool)
}
