public import HansaCore

/// Which exchanges this process began for one client, so that what is sent a second time is counted as
/// ``ByteClass/repeated``.
///
/// The client keeps its own, the coordinator one for each client, both over all connections. It holds the assignments of
/// the newest round and of the one before; an older one that is still spoken of was begun before. Above its limit it
/// forgets everything, which only makes later repetitions count as first times.
public struct ExchangeLog: Sendable {
    /// How many assignments are held at most; a client sees no more than a few a round.
    public static let assignmentCountMax = 256

    /// The assignments, and the bits of the kinds begun for each: few, so that looking through all of them is the fastest.
    private var begun: [(assignment: AssignmentID, kinds: UInt8)] = []
    private var newestRound: UInt32 = 0

    public init() {}

    /// How many assignments are held.
    public var assignmentCount: Int { begun.count }

    /// Notes that an exchange begins; true if it was begun before.
    public mutating func begin(_ kind: ExchangeKind, _ assignment: AssignmentID) -> Bool {
        if assignment.round > newestRound {
            newestRound = assignment.round
            begun = begun.filter { isHeld(round: $0.assignment.round) }
        }
        guard isHeld(round: assignment.round) else { return true }
        guard let index = begun.firstIndex(where: { $0.assignment == assignment }) else {
            if begun.count >= Self.assignmentCountMax { begun.removeAll() }
            begun.append((assignment, kind.bit))
            return false
        }
        // Bounds: an index that was just found.
        guard begun[index].kinds & kind.bit == 0 else { return true }
        begun[index].kinds |= kind.bit
        return false
    }

    /// `round` is never above the newest.
    private func isHeld(round: UInt32) -> Bool { newestRound - round <= 1 }
}
