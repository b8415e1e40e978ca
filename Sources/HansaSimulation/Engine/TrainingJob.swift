import HansaClient
import HansaCore

/// A training that a simulated client has started.
struct TrainingJob: Comparable, Sendable {
    /// When its result is due on the virtual clock, and a tie-breaker that is also its name.
    let due: UInt64
    let number: UInt64
    let assignment: Assignment
    /// The model as the client received it.
    let model: [Float]
    /// What the client remembers.
    var memory = ClientMemory()

    static func < (left: Self, right: Self) -> Bool { (left.due, left.number) < (right.due, right.number) }
    static func == (left: Self, right: Self) -> Bool { left.number == right.number }
}
