public import HansaAccounting
import HansaAggregation
public import HansaCore
import HansaNumerics
public import HansaResults

/// The one round engine: behind the simulator, the framed transport and the coordinator service alike.
///
/// It has no clock, no thread and no socket. Its caller passes monotonic time in, hands it what clients ask and send,
/// and passes its answers on; every answer it gives is covered by what its store made durable before. An error it throws
/// ends the process: a new engine on the same store goes on where the durable state stands.
public struct RoundEngine {
    let specification: RunSpecification
    let store: any CoordinatorStore
    let planner: CohortPlanner
    /// The strategy with its state as of the current version.
    var strategy: any Strategy
    /// The current model version.
    public internal(set) var checkpoint: Checkpoint
    /// The digest of the current model.
    public internal(set) var modelDigest: SHA256Digest
    /// The round in progress; nil when the run is finished.
    var active: ActiveRound?
    /// One record for each finished attempt, in order.
    public internal(set) var participation: [ParticipationRecord]
    /// What the run has spent, as its durable ledger says.
    public internal(set) var ledger: LedgerState
    /// The ledger's lines that are written with the next release: its header, or the mark of a restart.
    var unwritten: [LedgerLine]
    /// What the plans of the last attempts say of privacy, oldest first.
    var terms: [RoundTerms] = []
    /// The last committed round in which a client's update changed what the client remembers.
    var memoryRounds: [ClientID: UInt32] = [:]
    /// Why the run ended before its last round, if it did.
    public internal(set) var stopped: BudgetStop?
    /// How many updates this engine made durable; none is counted twice.
    public private(set) var receiptCount: UInt64 = 0
    /// What happened since the caller last looked.
    private var events: [EngineEvent] = []

    /// Opens the store, finishes a close that a crash interrupted, and opens the next round.
    ///
    /// - Parameter now: monotonic time in milliseconds; deadlines of a resumed round start anew from it.
    public init(
        specification: RunSpecification,
        store: any CoordinatorStore,
        now: UInt64
    ) throws(CoordinatorError) {
        try specification.validate()
        self.specification = specification
        self.store = store
        planner = CohortPlanner(specification)
        strategy = specification.strategy
        let recovered = try Self.recoverOrCreate(specification, store: store)
        checkpoint = recovered.checkpoint
        modelDigest = recovered.checkpoint.modelDigest
        participation = recovered.participation
        (ledger, unwritten) = try Self.recoverLedger(specification, store: store, beside: recovered)
        active = nil
        for record in participation { noteMemory(of: record) }
        do { try strategy.restore(recovered.checkpoint.strategyState) } catch { throw .strategy(error) }
        if let ended = participation.last {
            try perform { () throws(StoreError) in
                try store.deletePayloads(round: ended.round, attempt: ended.attempt)
            }
        }
        if let progress = recovered.progress {
            try resume(progress, now: now)
        } else {
            try openNextRound(now: now)
        }
    }

    /// Whether every round is committed, or the run ended before; see ``stopped``.
    public var isFinished: Bool { active == nil }

    /// The round in progress; nil when the run is finished.
    public var opening: RoundOpening? { active?.opening }

    /// When ``advance(now:)`` must be called at the latest, in the caller's monotonic milliseconds; nil without deadline.
    public var nextDeadline: UInt64? {
        specification.policy.mode == .production ? active?.deadline : nil
    }

    /// What happened since the last call.
    public mutating func takeEvents() -> [EngineEvent] {
        defer { events.removeAll() }
        return events
    }

    mutating func note(_ event: EngineEvent) { events.append(event) }

    /// Answers a client that asks for work.
    public func requestWork(from client: ClientID) -> WorkAnswer {
        guard client.number < specification.population else { return .refused(.unknownClient) }
        guard let active else { return .finished }
        guard let id = active.machine.assignment(for: client), let plan = active.plan(of: client) else {
            return .wait(milliseconds: Self.pollMilliseconds)
        }
        var assignment = Assignment(id: id, plan: plan)
        if plan.algorithm.memory != .none { assignment.memoryRound = memoryRounds[client] ?? 0 }
        return .assignment(assignment)
    }

    /// Whether clients of the round in progress start from the model that plans call so, or the ended run ended with it.
    public func sends(_ digest: SHA256Digest) -> Bool { sentModel(digest) != nil || digest == modelDigest }

    /// The model that plans call so, as clients train from it, if the round in progress starts from it.
    ///
    /// Decoded at each call where it is sent as integers; who asks often keeps it.
    public func model(_ digest: SHA256Digest) -> [Float]? {
        // The last model of a run is the model of no round.
        sentModel(digest)?.parameters ?? (digest == modelDigest ? checkpoint.parameters : nil)
    }

    /// The bytes in which that model is sent; the caller keeps them for the round's other clients.
    public func modelContent(_ digest: SHA256Digest) -> [UInt8]? { sentModel(digest)?.content }

    private func sentModel(_ digest: SHA256Digest) -> SentModel? {
        active?.models.first { $0.digest == digest }
    }

    /// Takes in a batch of updates of which nothing is known yet; see ``submit(_:now:)-([ReceivedUpdate],_)``.
    public mutating func submit(
        _ updates: [ClientUpdate],
        now: UInt64
    ) throws(CoordinatorError) -> [SubmissionAnswer] {
        try submit(updates.map { ReceivedUpdate($0) }, now: now)
    }

    /// Takes in a batch of updates: verifies each, makes the good ones durable together, then answers in order.
    ///
    /// When this returns, every `.accepted` is durable, and so is the charge of every update whose noise was received. A round that became complete is closed before it returns.
    public mutating func submit(
        _ updates: [ReceivedUpdate],
        now: UInt64
    ) throws(CoordinatorError) -> [SubmissionAnswer] {
        var answers: [SubmissionAnswer] = []
        var batch: [(update: StoredUpdate, payload: [UInt8])] = []
        var files: [AssignmentID: PayloadFile] = [:]
        var lines: [LedgerLine] = []
        answers.reserveCapacity(updates.count)
        for received in updates {
            let countBefore = batch.count
            answers.append(try consider(received, batch: &batch))
            let isNew = batch.count > countBefore
            let report = received.update.report
            if isNew { files[report.assignment] = received.file }
            if let line = try charge(report, answer: answers[answers.count - 1], isNew: isNew) { lines.append(line) }
        }
        lines = withUnwritten(lines)
        if !batch.isEmpty || !lines.isEmpty {
            try perform { [store] () throws(StoreError) in try store.append(batch, files: files, ledger: lines) }
            receiptCount += UInt64(batch.count)
            for entry in batch { try fold(entry.update, payload: entry.payload) }
        }
        try endRoundIfComplete(now: now)
        return answers
    }

    /// Gets ready what the round's updates will need; to be called when nobody waits for an answer.
    public mutating func prepare() { active?.aggregator.prepare() }

    /// A client says that it cannot do its work, so the round no longer waits for it.
    ///
    /// Not durable: after a restart the client is asked again and withdraws again.
    public mutating func withdraw(_ assignment: AssignmentID, now: UInt64) throws(CoordinatorError) {
        active?.machine.withdraw(assignment)
        try endRoundIfComplete(now: now)
    }

    mutating func endRoundIfComplete(now: UInt64) throws(CoordinatorError) {
        switch active?.machine.progress {
        case nil, .collecting: break
        case .close: try close(now: now)
        case .abort: try abort(.belowQuorum, now: now)
        }
    }

    /// Lets time pass: a deadline that came closes or aborts the round.
    public mutating func advance(now: UInt64) throws(CoordinatorError) {
        guard let active, specification.policy.mode == .production, now >= active.deadline else { return }
        switch active.machine.deadlinePassed() {
        case .collecting: break
        case .close: try close(now: now)
        case .abort: try abort(.belowQuorum, now: now)
        }
    }

    private mutating func consider(
        _ received: ReceivedUpdate,
        batch: inout [(update: StoredUpdate, payload: [UInt8])]
    ) throws(CoordinatorError) -> SubmissionAnswer {
        let update = received.update
        let report = update.report
        let id = report.assignment
        guard id.client.number < specification.population else { return .refused(.unknownClient) }
        guard id.round == active?.opening.round, id.attempt == active?.opening.attempt else {
            return try answerForOtherRound(report)
        }
        switch active?.machine.reportArrived(report) {
        case .acknowledgeAgain: return .accepted
        case .reject(let reason): return .refused(reason)
        case .consider: break
        case nil: return .refused(.roundClosed)
        }
        guard let plan = active?.plan(of: id.client), let digest = active?.planDigest(of: id.client) else {
            return .refused(.unknownAssignment)
        }
        do throws(RefusalReason) {
            let weight = try UpdateVerifier.verify(
                received,
                plan: plan,
                planDigest: digest,
                schema: specification.schema
            )
            active?.machine.take(report)
            batch.append((StoredUpdate(report: report, weight: weight), update.payload))
            return .accepted
        } catch {
            return .refused(error)
        }
    }

    /// An update for another round than the one in progress: its old answer if it has one, else a refusal.
    func answerForOtherRound(_ report: UpdateReport) throws(CoordinatorError) -> SubmissionAnswer {
        var held: SHA256Digest?
        try perform { [store] () throws(StoreError) in held = try store.payloadDigest(of: report.assignment) }
        guard let held else {
            let isPast =
                report.assignment.round < (active?.opening.round ?? .max)
                || (report.assignment.round == active?.opening.round
                    && report.assignment.attempt < active?.opening.attempt ?? 0)
            return .refused(isPast ? .roundClosed : .unknownAssignment)
        }
        return held == report.payloadDigest ? .accepted : .refused(.conflictingUpdate)
    }

    func perform(_ operation: () throws(StoreError) -> Void) throws(CoordinatorError) {
        do { try operation() } catch { throw .store(error) }
    }

    /// How long a client that is not needed is told to wait.
    private static let pollMilliseconds: UInt32 = 1_000
}
