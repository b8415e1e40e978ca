import CPosix
import HansaClient
import HansaClientWire
import HansaCore
import HansaNumerics
import HansaWire

extension ClientLoop {
    /// What the coordinator said.
    mutating func take(_ event: ClientSessionEvent) {
        switch event {
        case .welcomed(let welcome): welcomed(welcome)
        case .workAnswered(let answer, let schema):
            answered()
            if case .assignment(let assignment) = answer, let schema {
                work = (assignment, schema)
                model = []
                reporter.assigned(assignment.id)
                if state.ledger.isEarlier(assignment.id) { contradicted(.note(.earlierRound, assignment.id)) }
            }
            handle(.workAnswered(answer, schema: schema))
            leaveIfIdle(after: answer)
        case .unreadableWork(let id, let reason):
            answered()
            handle(.workUnreadable(id, reason))
        case .modelReady(let id, let parameters):
            answered()
            guard work?.assignment.id == id else { return }
            model = parameters
            handle(.modelReady)
        case .modelUnavailable:
            answered()
            handle(.modelUnavailable)
        case .modelDamaged(let id):
            answered()
            reporter.trouble("round \(id.round): the model's bytes are not those of its digest; it is fetched again")
            handle(.modelDamaged)
        case .submissionAnswered(let id, let answer, let milliseconds): submitted(id, answer, milliseconds)
        case .cancelled(let id, let reason):
            reporter.cancelled(id, reason)
            handle(.cancelled(id))
        case .goodbye(let goodbye):
            let wait = max(goodbye.milliseconds, settings.retry.baseMilliseconds)
            end = .away(
                milliseconds: wait,
                jitterMilliseconds: max(goodbye.jitterMilliseconds, goodbye.milliseconds == 0 ? wait : 0)
            )
        case .refused(let refusal): end = .refused(refusal)
        }
    }

    private mutating func welcomed(_ welcome: Welcome) {
        reporter.connected(welcome)
        if let runID {
            if runID != welcome.run { outcome = .otherRun }
            return
        }
        runID = welcome.run
        do throws(StateError) {
            let otherRunCount = try state.begin(welcome.run)
            let found = try state.records()
            reporter.resumed(
                recordCount: found.records.count,
                damagedCount: found.damagedCount,
                otherRunCount: otherRunCount
            )
            handle(.started(outbox: found.records))
        } catch {
            outcome = .stateFailed(error.message)
        }
    }

    /// The coordinator works with us: what went wrong before is over.
    private mutating func answered() {
        askedAt = nil
        failedContactCount = 0
        faultCount = 0
    }

    private mutating func submitted(_ id: AssignmentID, _ answer: SubmissionAnswer, _ milliseconds: UInt32) {
        answered()
        guard sending?.assignment == id else { return }
        if case .refused(let reason) = answer, reason.retryClass == .retryLater {
            pauseMillisecondsMin = milliseconds
        } else {
            self.answer = answer
        }
        reporter.answered(id, answer)
        if answer == .refused(.conflictingUpdate) { contradicted(.note(.conflict, id)) }
        if answer == .refused(.unknownAssignment) { contradicted(.note(.unknownWork, id)) }
        handle(.submissionAnswered(id, answer))
    }

    /// Where the coordinator wants clients without work to come back later, the connection ends.
    private mutating func leaveIfIdle(after answer: WorkAnswer) {
        guard case .wait(let wait) = answer, outcome == nil,
            case .comeBack(let milliseconds, let jitter)? = session.welcome?.contact
        else { return }
        end = .away(milliseconds: max(wait, milliseconds), jitterMilliseconds: jitter)
    }
}
