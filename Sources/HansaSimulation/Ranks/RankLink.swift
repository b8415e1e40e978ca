/// What joins the processes of one simulation: MPI, or a pair of queues in a test.
///
/// Ranks count from 0, which runs the coordinator. Messages between two ranks arrive in the order in which they were sent,
/// whole. One task at a time uses it.
public protocol RankLink: AnyObject, Sendable {
    /// This process's number.
    var rank: Int { get }
    /// How many processes there are, at least one.
    var rankCount: Int { get }

    /// Returns when `bytes` may change; not before the other side receives, if the message is large.
    func send(_ bytes: [UInt8], to rank: Int) throws(RankError)
    /// Waits for the next message of one rank.
    func receive(from rank: Int) async throws(RankError) -> [UInt8]
}
