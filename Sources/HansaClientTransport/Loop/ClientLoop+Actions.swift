import CPosix
import HansaClient
import HansaClientWire
import HansaCore
import HansaDense
import HansaNumerics
import HansaWire

extension ClientLoop {
    /// Gives the agent an input, and what its actions bring, until nothing follows.
    mutating func handle(_ input: AgentInput) {
        var inputs = [input]
        while outcome == nil, !inputs.isEmpty {
            for action in agent.handle(inputs.removeFirst()) where outcome == nil {
                if let next = perform(action) { inputs.append(next) }
            }
        }
    }

    /// Does one thing; what came of it, where that is known at once.
    private mutating func perform(_ action: AgentAction) -> AgentInput? {
        switch action {
        case .requestWork:
            keepsMemory = true
            asked()
            session.requestWork()
        case .fetchModel(let assignment):
            guard let work, work.assignment.id == assignment.id else { return .modelDamaged }
            asked()
            session.fetchModel(of: assignment, schema: work.schema)
        case .train(let assignment): return train(assignment)
        case .record(let record): return write(record)
        case .send(let record):
            asked()
            sending = (record.assignment, record.update.report.payloadDigest)
            #if !hasFeature(Embedded)
            sendingState = record.localState
            #endif
            reporter.sending(record.assignment)
            session.submit(record.update, sectionByteCounts: record.sectionByteCounts)
        case .withdraw(let id, let reason): withdraw(id, reason)
        case .forget(let id): settle(id)
        case .wakeUp(let token, let milliseconds):
            let wait = UInt64(milliseconds) + UInt64(pauseMillisecondsMin)
            pauseMillisecondsMin = 0
            timer = (token, hansa_monotonic_milliseconds() + wait)
        case .stop:
            if outcome == nil { outcome = .finished }
        }
        return nil
    }

    private mutating func asked() { askedAt = hansa_monotonic_milliseconds() }

    private mutating func train(_ assignment: Assignment) -> AgentInput {
        guard let work, work.assignment.id == assignment.id else { return .trained(.failure(.modelMismatch)) }
        #if !hasFeature(Embedded)
        if assignment.plan.algorithm != .descent {
            guard runner.kind == .exact else { return .trained(.failure(.missingCapability)) }
            do throws(StateError) {
                runner.take(try state.memory())
            } catch {
                outcome = .stateFailed(error.message)
                return .trained(.failure(.missingState))
            }
        }
        #endif
        let start = hansa_monotonic_milliseconds()
        // Nothing is durable or under way: a signal may end the process here.
        hansa_signals_end_process(1)
        var result = runner.train(assignment, schema: work.schema, model: model)
        hansa_signals_end_process(0)
        model = []
        let milliseconds = hansa_monotonic_milliseconds() - start
        if case .success(var trained) = result {
            #if hasFeature(Embedded)
            let loads: [UInt32] = []
            #else
            let loads = trained.expertLoads
            #endif
            trained.sectionByteCounts = assignment.plan.sectionByteCounts(
                schema: work.schema,
                expertLoads: loads,
                payloadByteCount: trained.encoded.payload.count
            )
            let byteCount = trained.encoded.payload.count
            let failure = trained.failure.map { runner.failureText ?? $0.explanation }
            reporter.trained(assignment.id, milliseconds: milliseconds, byteCount: byteCount, failure: failure)
            result = .success(trained)
        }
        return .trained(result)
    }

    private mutating func write(_ record: OutboxRecord) -> AgentInput? {
        do throws(StateError) {
            try state.write(record)
        } catch {
            // Nothing leaves that is not durable.
            outcome = .stateFailed(error.message)
            return nil
        }
        reporter.recorded(record, spent: state.ledger.totals.spending, delta: agent.policy.delta)
        if settings.diesAfterRecordOfRound == record.assignment.round { state.dieOnce(round: record.assignment.round) }
        return .recorded(record.assignment)
    }

    private mutating func withdraw(_ id: AssignmentID, _ reason: RefusalReason) {
        var detail = reason.explanation
        if reason == .policy, let work, work.assignment.id == id {
            let verdict = agent.policy.judge(
                work.assignment.plan,
                schema: work.schema,
                roundsAnswered: agent.roundsAnswered,
                spending: agent.spending
            )
            detail = verdict.description
        }
        if reason == .modelMismatch, runner.kind == .exact, let work, work.assignment.id == id {
            detail = Self.expectedData(of: work.schema) ?? detail
        }
        if reason == .trainingFailed, let text = runner.failureText { detail = text }
        reporter.withdrew(id, reason, detail: detail)
        session.withdraw(id, reason: reason)
        (work, model) = (nil, [])
    }

    /// What the exact trainer's data must be for a model; nil for a model that it cannot train.
    private static func expectedData(of schema: ParameterSchema) -> String? {
        let architecture: DenseArchitecture
        do throws(DenseError) {
            architecture = try DenseArchitecture(schema: schema)
        } catch {
            return nil
        }
        // Never which label or example: those are private.
        let text: PlainText =
            "this client's data do not fit the model, expected \(architecture.inputCount) features an example and labels"
            + " from 0 to \(architecture.classCount - 1); correct the files of [data]"
        return text.string
    }

    /// Says, and writes down, that the coordinator's words do not fit what this device remembers.
    mutating func contradicted(_ entry: DeviceLedgerEntry) {
        do throws(StateError) {
            if try state.noteContradiction(entry) { reporter.ledgerNote(entry) }
        } catch {
            outcome = .stateFailed(error.message)
        }
    }

    private mutating func settle(_ id: AssignmentID) {
        guard let sending, sending.assignment == id, let answer else { return }
        do throws(StateError) {
            #if !hasFeature(Embedded)
            // What the update changes is written before the update is let go of.
            if !sendingState.isEmpty { try state.keep(memory: sendingState) }
            sendingState = []
            #endif
            try state.settle(
                JournalEntry(assignment: id, payloadDigest: sending.payloadDigest, answer: answer)
            )
        } catch {
            outcome = .stateFailed(error.message)
        }
        (self.sending, self.answer) = (nil, nil)
        if settings.isOnce, outcome == nil { outcome = .answeredOnce }
    }
}
