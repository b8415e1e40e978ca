import HansaClient
import HansaCore
import HansaNumerics

/// One simulated device: its agent, which dies with the process, and its disk, which does not.
///
/// A reference, because every event touches a client and an agent is large.
final class SimulatedClient {
    /// The agent; nil while the process is down.
    var agent: ClientAgent<RandomStream>?
    /// What the outbox on disk holds.
    var outbox: [AssignmentID: OutboxRecord] = [:]
    /// The training under way.
    var job: UInt64?
    /// Counts the process's lives, so that what was meant for an earlier one is not delivered.
    var life: UInt32 = 0
    /// The connection of a framed simulation; it ends with the process.
    var link: FramedLink?
    /// What the process asked last.
    var asked: ClientQuestion?
}
