public import HansaCore

/// Which exchanges this process began, so that what is sent a second time is counted as ``ByteClass/repeated``.
///
/// Each side keeps its own, over all connections. It holds the assignments of the newest round and of the one before;
/// an older one that is still spoken of was begun before. Above its limit it forgets everything, which only makes later
/// repetitions count as first times.
public struct ExchangeLog: Sendable {
    /// The bits of the kinds begun for an assignment.
    private var begun: [AssignmentID: UInt8] = [:]
    private var newestRound: UInt32 = 0
    private let assignmentCountMax: Int

    /// - Parameter assignmentCountMax: how many assignments are held at most.
    public init(assignmentCountMax: Int = 1 << 20) { self.assignmentCountMax = assignmentCountMax }

    /// How many assignments are held.
    public var assignmentCount: Int { begun.count }

    /// Notes that an exchange begins; true if it was begun before.
    public mutating func begin(_ kind: ExchangeKind, _ assignment: AssignmentID) -> Bool {
        if assignment.round > newestRound {
            newestRound = assignment.round
            begun = begun.filter { isHeld(round: $0.key.round) }
        }
        guard isHeld(round: assignment.round) else { return true }
        let bits = begun[assignment] ?? 0
        guard bits & kind.bit == 0 else { return true }
        if bits == 0, begun.count >= assignmentCountMax { begun.removeAll() }
        begun[assignment] = bits | kind.bit
        return false
    }

    /// `round` is never above the newest.
    private func isHeld(round: UInt32) -> Bool { newestRound - round <= 1 }
}
