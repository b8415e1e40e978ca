import HansaCore

/// The life of one round, with no I/O and no clock: every input is a method, every output a decision.
///
/// The engine asks it about each update before anything is written, and tells it what became durable.
struct RoundStateMachine {
    /// What to do with an update that passed the door.
    enum ReportDecision: Equatable {
        /// Verify it, make it durable, then acknowledge.
        case consider
        /// The same bytes are durable already: acknowledge again, change nothing.
        case acknowledgeAgain
        case reject(RefusalReason)
    }

    /// Whether the round goes on.
    enum Progress: Equatable {
        case collecting
        case close
        case abort
    }

    let round: UInt32
    let attempt: UInt32
    private let policy: RoundPolicy
    private let selected: Set<ClientID>
    private let expected: Set<ClientID>
    /// The durable updates of this round.
    private(set) var accepted: [AssignmentID: SHA256Digest] = [:]
    /// Expected clients that said they cannot do the work.
    private var withdrawn: Set<ClientID> = []

    init(opening: RoundOpening, policy: RoundPolicy) {
        round = opening.round
        attempt = opening.attempt
        self.policy = policy
        selected = Set(opening.selected)
        expected = Set(opening.expected)
    }

    /// The assignment of a client, if the round wants its work and does not have it.
    func assignment(for client: ClientID) -> AssignmentID? {
        guard expected.contains(client), !withdrawn.contains(client) else { return nil }
        let id = AssignmentID(round: round, attempt: attempt, client: client, fence: 0)
        return accepted[id] == nil ? id : nil
    }

    /// An update arrived for this attempt at this round.
    func reportArrived(_ report: UpdateReport) -> ReportDecision {
        let id = report.assignment
        precondition(id.round == round && id.attempt == attempt, "the engine asks the round the update is for")
        guard selected.contains(id.client) else { return .reject(.notSelected) }
        guard expected.contains(id.client) else { return .reject(.unknownAssignment) }
        guard id.fence == 0 else { return .reject(.unknownAssignment) }
        if let held = accepted[id] {
            return held == report.payloadDigest ? .acknowledgeAgain : .reject(.conflictingUpdate)
        }
        guard !withdrawn.contains(id.client) else { return .reject(.withdrawn) }
        return isFull ? .reject(.roundClosed) : .consider
    }

    /// A client says that it cannot do its work.
    ///
    /// Nothing changes for one whose update is durable already.
    mutating func withdraw(_ id: AssignmentID) {
        // Only the fence that was handed out speaks for a client: another must not uncount an update that stands.
        guard id.round == round, id.attempt == attempt, id.fence == 0, expected.contains(id.client),
            accepted[id] == nil
        else { return }
        withdrawn.insert(id.client)
    }

    /// An update of this round is durable or about to be, in the same batch.
    mutating func take(_ report: UpdateReport) {
        accepted[report.assignment] = report.payloadDigest
    }

    /// Whether the round may end now.
    var progress: Progress {
        guard isFull else { return .collecting }
        return accepted.count >= policy.quorum ? .close : .abort
    }

    /// The deadline came.
    func deadlinePassed() -> Progress {
        switch policy.mode {
        case .reproducible: progress
        case .production: accepted.count >= policy.quorum ? .close : .abort
        }
    }

    private var isFull: Bool {
        switch policy.mode {
        case .reproducible: accepted.count + withdrawn.count == expected.count
        case .production: accepted.count + withdrawn.count == expected.count || accepted.count >= policy.cohort
        }
    }
}
