public import HansaCore
public import HansaNumerics

/// A client's protocol logic as a synchronous state machine: inputs in, actions out, no I/O, no clock, no waiting.
///
/// The same agent runs in `hansa-client` on a poll loop and in the simulator on plain calls. Its promises: an update is
/// durable before it is sent, a retry sends the same bytes, a restart sends what the disk holds before it asks for
/// work, and an assignment whose update is recorded is never trained again while the process lives.
public struct ClientAgent<Words: RandomWords> {
    private enum State {
        case idle
        case askingForWork(attempt: UInt32)
        /// Between an answer and the next question; what arrives now is late.
        case pausing(attempt: UInt32)
        case fetching(Assignment, attempt: UInt32)
        case training(Assignment)
        case recording(OutboxRecord)
        case sending(OutboxRecord, attempt: UInt32)
        case stopped
    }

    /// What this client can do.
    public let capabilities: Capabilities
    /// What this client's owner allows.
    public let policy: ClientPolicy
    /// How many updates this client has made durable to be sent; the policy may bound it.
    public private(set) var roundsAnswered: UInt32
    /// What all its durable updates cost so far; the policy may bound it.
    public private(set) var spending: DeviceSpending
    private let retry: RetryPolicy
    private var words: Words
    private var state: State = .idle
    /// Records that are durable but not answered, oldest first, behind the one being sent.
    private var backlog: [OutboxRecord] = []
    /// The last update that was refused for good: were its work handed out again, the same bytes would come of it.
    private var refused: (assignment: AssignmentID, reason: RefusalReason)?
    /// What the work under way will cost, from the moment that the policy allowed it.
    private var charge = PrivacyCharge.unbounded
    /// Only the newest timer counts.
    private var timer: UInt32 = 0

    /// - Parameters:
    ///   - roundsAnswered: the updates that earlier lives of this client made durable.
    ///   - spending: what they cost; the records given with `started` are among them.
    ///   - words: randomness for back-off.
    public init(
        capabilities: Capabilities = .known,
        policy: ClientPolicy = .standard,
        roundsAnswered: UInt32 = 0,
        spending: DeviceSpending = DeviceSpending(),
        retry: RetryPolicy = RetryPolicy(),
        words: Words
    ) {
        self.capabilities = capabilities
        self.policy = policy
        self.roundsAnswered = roundsAnswered
        self.spending = spending
        self.retry = retry
        self.words = words
    }

    /// Whether nothing will ever follow.
    public var isStopped: Bool {
        if case .stopped = state { true } else { false }
    }

    /// Takes one input and says what to do.
    ///
    /// An input that does not fit the state is late and changes nothing.
    public mutating func handle(_ input: AgentInput) -> [AgentAction] {
        switch (input, state) {
        case (.started(let outbox), .idle):
            backlog = outbox
            return goOn()
        case (.workAnswered(let answer, let schema), .askingForWork(let attempt)):
            return workAnswered(answer, schema: schema, attempt: attempt)
        case (.workUnreadable(let id, let reason), .askingForWork(let attempt)):
            return [.withdraw(id, reason)] + sleepThenAsk(attempt: attempt)
        case (.cancelled(let id), .fetching(let assignment, _)) where assignment.id == id:
            return sleepThenAsk(attempt: 0)
        case (.modelReady, .fetching(let assignment, _)):
            state = .training(assignment)
            return [.train(assignment)]
        case (.modelUnavailable, .fetching):
            // The round moved on while the model was fetched: ask what is wanted now.
            return askForWork(attempt: 0)
        case (.modelDamaged, .fetching):
            // The same work may come again, with its model whole.
            return sleepThenAsk(attempt: 0)
        case (.trained(.success(let trained)), .training(let assignment)):
            guard let record = Self.record(trained, for: assignment, charge: charge) else {
                return [.withdraw(assignment.id, .trainingFailed)] + sleepThenAsk(attempt: 0)
            }
            state = .recording(record)
            return [.record(record)]
        case (.trained(.failure(let reason)), .training(let assignment)):
            return [.withdraw(assignment.id, reason)] + sleepThenAsk(attempt: 0)
        case (.recorded(let id), .recording(let record)) where record.assignment == id:
            roundsAnswered = Self.next(after: roundsAnswered)
            spending.add(record.charge)
            return send(record, attempt: 0)
        case (.submissionAnswered(let id, let answer), .sending(let record, let attempt)) where record.assignment == id:
            return submissionAnswered(answer, record: record, attempt: attempt)
        case (.timerFired(let token), _) where token == timer:
            return timerFired()
        default:
            return []
        }
    }

    private mutating func workAnswered(
        _ answer: WorkAnswer,
        schema: ParameterSchema?,
        attempt: UInt32
    ) -> [AgentAction] {
        switch answer {
        case .assignment(let assignment):
            if let refusal = refusal(of: assignment, schema: schema) {
                return [.withdraw(assignment.id, refusal)] + sleepThenAsk(attempt: attempt)
            }
            charge = policy.charge(of: assignment.plan, schema: schema)
            state = .fetching(assignment, attempt: 0)
            return [.fetchModel(assignment), awaitAnswer(attempt: 0)]
        case .wait(let milliseconds):
            state = .pausing(attempt: 0)
            return [startTimer(milliseconds: milliseconds)]
        case .refused(let reason) where reason.retryClass == .retryLater:
            // The question has counted itself already.
            return sleepThenAsk(attempt: attempt)
        case .finished, .refused:
            state = .stopped
            return [.stop]
        }
    }

    private mutating func submissionAnswered(
        _ answer: SubmissionAnswer,
        record: OutboxRecord,
        attempt: UInt32
    ) -> [AgentAction] {
        if case .refused(let reason) = answer {
            if reason.retryClass == .retryLater { return [pause(attempt: attempt)] }
            refused = (record.assignment, reason)
        }
        state = .idle
        return [.forget(record.assignment)] + goOn()
    }

    private mutating func timerFired() -> [AgentAction] {
        switch state {
        case .askingForWork(let attempt), .pausing(let attempt): return askForWork(attempt: attempt)
        case .fetching(let assignment, let attempt):
            let next = Self.next(after: attempt)
            state = .fetching(assignment, attempt: next)
            return [.fetchModel(assignment), awaitAnswer(attempt: next)]
        case .sending(let record, let attempt): return send(record, attempt: Self.next(after: attempt))
        case .idle, .training, .recording, .stopped: return []
        }
    }

    /// Sends what is durable before it asks for more.
    private mutating func goOn() -> [AgentAction] {
        guard !backlog.isEmpty else { return askForWork(attempt: 0) }
        return send(backlog.removeFirst(), attempt: 0)
    }

    private mutating func askForWork(attempt: UInt32) -> [AgentAction] {
        state = .askingForWork(attempt: Self.next(after: attempt))
        return [.requestWork, awaitAnswer(attempt: attempt)]
    }

    private mutating func sleepThenAsk(attempt: UInt32) -> [AgentAction] {
        state = .pausing(attempt: attempt)
        return [pause(attempt: attempt)]
    }

    /// The next number; the last one repeats, for a client that tries for months.
    private static func next(after number: UInt32) -> UInt32 { number == .max ? number : number + 1 }

    private mutating func send(_ record: OutboxRecord, attempt: UInt32) -> [AgentAction] {
        state = .sending(record, attempt: attempt)
        return [.send(record), awaitAnswer(attempt: attempt)]
    }

    /// Starts the timer that stands for a lost message; an answer starts a newer one or none.
    private mutating func awaitAnswer(attempt: UInt32) -> AgentAction {
        startTimer(milliseconds: retry.answerMilliseconds + retry.wait(attempt: attempt, words: &words))
    }

    /// Starts the timer that ends a pause before the next try.
    private mutating func pause(attempt: UInt32) -> AgentAction {
        startTimer(milliseconds: retry.wait(attempt: attempt, words: &words))
    }

    private mutating func startTimer(milliseconds: UInt32) -> AgentAction {
        timer &+= 1
        return .wakeUp(token: timer, afterMilliseconds: milliseconds)
    }

    private func refusal(of assignment: Assignment, schema: ParameterSchema?) -> RefusalReason? {
        guard capabilities.isSuperset(of: assignment.plan.requiredCapabilities) else { return .missingCapability }
        if let refused, refused.assignment == assignment.id { return refused.reason }
        let verdict = policy.judge(
            assignment.plan,
            schema: schema,
            roundsAnswered: roundsAnswered,
            spending: spending
        )
        return verdict == .allowed ? nil : .policy
    }

    /// What becomes durable of a training; nil where the loss that the plan asks for is not finite, which no coordinator
    /// accepts.
    private static func record(
        _ trained: TrainedUpdate,
        for assignment: Assignment,
        charge: PrivacyCharge
    ) -> OutboxRecord? {
        let plan = assignment.plan
        let loss = plan.returnedFields.contains(.trainingLoss) ? Float(trained.summary.meanLoss) : nil
        guard loss?.isFinite ?? true else { return nil }
        #if hasFeature(Embedded)
        let report: UpdateReport
        #else
        var report: UpdateReport
        #endif
        report = UpdateReport(
            assignment: assignment.id,
            planDigest: plan.digest,
            sampleCount: trained.encoded.declaredSampleCount,
            trainingLoss: loss,
            payloadDigest: trained.payloadDigest
        )
        #if hasFeature(Embedded)
        let localState: [UInt8] = []
        #else
        if plan.returnedFields.contains(.expertLoads) { report.expertLoads = trained.expertLoads }
        let localState = trained.localState
        #endif
        return OutboxRecord(
            update: ClientUpdate(report: report, payload: trained.encoded.payload),
            sectionByteCounts: trained.sectionByteCounts,
            localState: localState,
            charge: charge
        )
    }
}

extension ClientAgent: Sendable where Words: Sendable {}
