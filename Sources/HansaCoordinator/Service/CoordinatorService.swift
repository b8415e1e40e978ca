public import HansaCore
import HansaNumerics

/// The run as connections see it: the round engine, its store and what waits for either, on one thread of their own.
///
/// A transport calls it for each question of a client and passes the answer on. It gathers finished uploads into group
/// commits, holds requests for work until there is work, and lets deadlines pass. Every `.accepted` it gives is durable.
///
/// An error of the engine or its store is final: the observer is told, everybody is answered "later", and the process
/// is to end with a failure. Nothing is tried again, because what the disk holds is known only to a new process.
///
/// What waits is bounded: one request for work of each client in the roster, and one group commit. Callers bound the
/// uploads they finish at once to one a session.
public actor CoordinatorService {
    private let thread: ServiceThread
    private let specification: RunSpecification
    /// Where connections write payloads as they arrive.
    public nonisolated let spool: any UploadSpool
    private let now: @Sendable () -> UInt64
    private let observer: @Sendable (ServiceEvent) -> Void
    private let schemaBytes: [UInt8]
    private var engine: RoundEngine
    private var failure: CoordinatorError?
    private var isShutDown = false
    private var commit = GroupCommit()
    /// Uploads that were granted and are not finished; while there are some, a commit waits for them.
    private var granted: Set<AssignmentID> = []
    private var reader: PayloadReader
    private var parked: [ClientID: ParkedRequest] = [:]
    private var downloads = DownloadCache()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Opens the store and the round in progress, on the caller's thread; blocks on the disk.
    ///
    /// - Parameters:
    ///   - makeStore: makes the store, which nothing else may use afterwards.
    ///   - now: monotonic milliseconds, which deadlines are measured in.
    ///   - observer: told what happens; see ``ServiceEvent``.
    public init(
        specification: RunSpecification,
        makeStore: @Sendable () throws(StoreError) -> any CoordinatorStore,
        spool: any UploadSpool,
        now: @escaping @Sendable () -> UInt64,
        observer: @escaping @Sendable (ServiceEvent) -> Void
    ) throws(CoordinatorError) {
        let store: any CoordinatorStore
        do { store = try makeStore() } catch { throw .store(error) }
        var engine = try RoundEngine(specification: specification, store: store, now: now())
        let opening = engine.opening
        let abandoned: [UploadName]
        do {
            abandoned = try spool.uploads(except: opening?.round, attempt: opening?.attempt ?? 0)
        } catch {
            throw .store(error)
        }
        try engine.chargeAbandoned(abandoned)
        do {
            try spool.sweep(round: opening?.round, attempt: opening?.attempt ?? 0)
        } catch {
            throw .store(error)
        }
        for event in engine.takeEvents() { observer(ServiceEvent(event, checkpoint: engine.checkpoint)) }
        self.engine = engine
        self.specification = specification
        self.spool = spool
        self.now = now
        self.observer = observer
        reader = PayloadReader(spool: spool)
        schemaBytes = specification.schema.canonicalBytes
        thread = ServiceThread(name: "hansa-coordinator")
        thread.setWakeAction { [weak self] in self?.assumeIsolated { $0.somethingIsDue() } }
        let deadline = Self.wakeTime(deadline: engine.nextDeadline, now: now())
        thread.wake(at: deadline)
    }

    deinit { thread.stop() }

    /// The run's name.
    public nonisolated var run: RunID { specification.run }

    /// The number of clients in the roster.
    public nonisolated var population: UInt32 { specification.population }

    /// How long a client may train, in milliseconds.
    public nonisolated var deadlineMilliseconds: UInt32 { specification.policy.deadlineMilliseconds }

    /// The round in progress; nil when the run is finished.
    public var opening: RoundOpening? { engine.opening }

    /// The current model.
    public var checkpoint: Checkpoint { engine.checkpoint }

    /// Whether every round is committed.
    public var isFinished: Bool { engine.isFinished }

    /// The error that ended the service, if one did.
    public var failed: CoordinatorError? { failure }

    /// Answers a client that asks for work; waits up to `holdMilliseconds` for some.
    ///
    /// A client waits once: its older request is answered `.refused(.superseded)`.
    public func work(for client: ClientID, holdMilliseconds: UInt32) async -> WorkReply {
        guard !isClosed else { return .refused(.shuttingDown) }
        let reply = reply(to: client)
        guard case .wait = reply, holdMilliseconds > 0 else { return reply }
        parked.removeValue(forKey: client)?.answer.resume(returning: .refused(.superseded))
        return await withCheckedContinuation { continuation in
            parked[client] = ParkedRequest(
                answer: continuation,
                due: ServiceThread.now + UInt64(holdMilliseconds) * 1_000_000
            )
            setWake()
        }
    }

    /// The bytes of a model as the round in progress sends it down, shared by all who ask; nil where no round in
    /// progress starts from it.
    public func modelContent(_ digest: SHA256Digest) async -> [UInt8]? {
        guard !isClosed else { return nil }
        if let held = downloads.content(of: digest) { return held }
        guard let content = engine.modelContent(digest) else { return nil }
        downloads.hold(content, of: digest)
        return content
    }

    /// Answers a client that announces an update, before its payload is sent.
    ///
    /// - Parameter sectionByteCounts: the bytes of each section, in the plan's order.
    public func announce(
        _ report: UpdateReport,
        byteCount: UInt64,
        sectionByteCounts: [UInt64]
    ) async -> UploadDecision {
        guard !isClosed else { return .busy }
        do throws(CoordinatorError) {
            if let answer = try engine.preview(report, byteCount: byteCount) { return .answered(answer) }
        } catch {
            fail(error)
            return .busy
        }
        let id = report.assignment
        guard let plan = engine.plan(of: id.client),
            sectionByteCounts
                == plan.sectionByteCounts(
                    schema: specification.schema,
                    expertLoads: report.expertLoads,
                    payloadByteCount: Int(clamping: byteCount)
                )
        else { return .answered(.refused(.wrongByteCount)) }
        do throws(StoreError) {
            // Other bytes for the same work take the place of what is here, which was received all the same.
            if let digest = try spool.digest(of: id), digest != report.payloadDigest {
                do throws(CoordinatorError) {
                    try engine.chargeAbandoned([UploadName(assignment: id, digest: digest)])
                } catch {
                    fail(error)
                    return .busy
                }
            }
            guard let offset = try spool.begin(id, digest: report.payloadDigest, byteCount: byteCount) else {
                return .busy
            }
            granted.insert(id)
            return .granted(offset: offset)
        } catch {
            // The spool promises nothing, so its trouble is no reason to end; the client comes back.
            return .busy
        }
    }

    /// Answers a client whose payload is wholly in the spool, once it is durable or refused.
    public func finishUpload(_ report: UpdateReport) async -> SubmissionAnswer {
        let id = report.assignment
        guard !isClosed else { return .refused(.shuttingDown) }
        guard let plan = engine.plan(of: id.client), let planDigest = engine.planDigest(of: id.client) else {
            granted.remove(id)
            return answerWithoutPayload(report)
        }
        let byteCount = plan.updateByteCount(schema: specification.schema)
        if !reader.admits(byteCount) {
            await withCheckedContinuation { reader.wait(byteCount, for: $0) }
        }
        defer { reader.release(byteCount) }
        let question = PayloadReader.Question(
            report: report,
            plan: plan,
            planDigest: planDigest,
            schema: specification.schema
        )
        let found = await reader.read(question)
        granted.remove(id)
        guard !isClosed else { return .refused(.shuttingDown) }
        guard let (payload, isOnLattice) = found else { return answerWithoutPayload(report) }
        let received = ReceivedUpdate(
            ClientUpdate(report: report, payload: payload.bytes),
            payloadDigest: payload.digest,
            checkedPlan: isOnLattice ? planDigest : nil,
            file: payload.file
        )
        return await withCheckedContinuation { continuation in
            let entry = GroupCommit.Entry(received: received, isLeftOver: payload.isLeftOver, answer: continuation)
            commit.add(entry, now: ServiceThread.now)
            // Without uploads under way there is nobody to wait for.
            if granted.isEmpty || commit.isFull(updateByteCount: byteCount) { commitGathered() }
            setWake()
        }
    }

    /// An upload will not be finished on this connection; what arrived stays in the spool.
    public func suspendUpload(_ assignment: AssignmentID) async {
        granted.remove(assignment)
    }

    /// A client says that it cannot do its work.
    public func withdraw(_ assignment: AssignmentID, reason: RefusalReason) async {
        guard !isClosed else { return }
        granted.remove(assignment)
        observer(.withdrawn(assignment, reason))
        attempt { () throws(CoordinatorError) in try engine.withdraw(assignment, now: now()) }
        setWake()
    }

    /// Makes what was received durable, answers everybody who waits, and refuses from then on.
    public func shutdown() async {
        guard !isClosed else { return }
        commitGathered()
        isShutDown = true
        answerAll(.shuttingDown)
        setWake()
    }
}

// MARK: - Steps

extension CoordinatorService {
    private var isClosed: Bool { failure != nil || isShutDown }

    private func reply(to client: ClientID) -> WorkReply {
        switch engine.requestWork(from: client) {
        case .assignment(let assignment):
            .assigned(
                assignment.id,
                plan: downloads.bytes(of: assignment.plan),
                schema: schemaBytes,
                memoryRound: assignment.memoryRound
            )
        case .wait(let milliseconds): .wait(milliseconds: milliseconds)
        case .finished: .finished
        case .refused(let reason): .refused(reason)
        }
    }

    /// The wake action: commits, gives up waiting and passes deadlines, whatever is due.
    private func somethingIsDue() {
        guard !isClosed else { return }
        let time = ServiceThread.now
        if let due = commit.due, due <= time { commitGathered() }
        for (client, request) in parked where request.due <= time {
            parked.removeValue(forKey: client)
            request.answer.resume(returning: .wait(milliseconds: 0))
        }
        if let deadline = engine.nextDeadline, deadline <= now() {
            attempt { () throws(CoordinatorError) in try engine.advance(now: now()) }
        }
        setWake()
    }

    /// Sets the thread's one timer to what is due first.
    private func setWake() {
        guard !isClosed else { return thread.wake(at: nil) }
        let held = parked.values.lazy.map(\.due).min()
        let deadline = Self.wakeTime(deadline: engine.nextDeadline, now: now())
        thread.wake(at: [commit.due, held, deadline].compactMap(\.self).min())
    }

    /// A deadline in the caller's milliseconds as a time of the thread's clock.
    private static func wakeTime(deadline: UInt64?, now: UInt64) -> UInt64? {
        guard let deadline else { return nil }
        let rest = deadline > now ? deadline - now : 0
        let (nanoseconds, overflow) = rest.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        let (time, isTooFar) = ServiceThread.now.addingReportingOverflow(nanoseconds)
        return isTooFar ? nil : time
    }

    /// Submits what gathered, in one batch, and answers.
    private func commitGathered() {
        let entries = commit.takeAll()
        guard !entries.isEmpty else { return }
        let round = engine.opening?.round
        let receiptsBefore = engine.receiptCount
        var answers: [SubmissionAnswer] = []
        let isGood = attempt { () throws(CoordinatorError) in
            answers = try engine.submit(entries.map(\.received), now: now())
            let count = engine.receiptCount - receiptsBefore
            if count > 0, let round { observer(.receipts(round: round, count: Int(count))) }
        }
        for (index, entry) in entries.enumerated() {
            guard isGood, index < answers.count else {
                entry.answer.resume(returning: .refused(.busy))
                continue
            }
            // Bytes that an earlier process left may be damaged through no fault of the client, which sends them anew.
            let isOurFault = answers[index] == .refused(.digestMismatch) && entry.isLeftOver
            entry.answer.resume(returning: isOurFault ? .refused(.busy) : answers[index])
        }
    }

    /// The answer where the payload is gone: its round ended, or a twin of it was faster.
    private func answerWithoutPayload(_ report: UpdateReport) -> SubmissionAnswer {
        do throws(CoordinatorError) {
            let byteCount = engine.plan(of: report.assignment.client)?
                .updateByteCount(schema: specification.schema, expertLoads: report.expertLoads)
            return try engine.preview(report, byteCount: UInt64(byteCount ?? 0)) ?? .refused(.busy)
        } catch {
            fail(error)
            return .refused(.busy)
        }
    }

    /// Lets the engine do something, then tells observers and waiting clients what came of it; whether it went well.
    @discardableResult
    private func attempt(_ change: () throws(CoordinatorError) -> Void) -> Bool {
        do throws(CoordinatorError) {
            try change()
        } catch {
            fail(error)
            return false
        }
        let events = engine.takeEvents()
        for event in events { observer(ServiceEvent(event, checkpoint: engine.checkpoint)) }
        if !events.isEmpty {
            roundChanged()
            // Those who waited for the round are on their way.
            engine.prepare()
        }
        return true
    }

    /// A round opened or the run ended: spools of ended rounds go, and clients that waited get their work.
    private func roundChanged() {
        granted.removeAll()
        let opening = engine.opening
        do throws(CoordinatorError) {
            try sweepSpool(opening)
        } catch {
            return fail(error)
        }
        downloads.keepOnly(Set(opening?.plans.values.map(\.model) ?? []))
        for (client, request) in parked {
            let reply = reply(to: client)
            if case .wait = reply { continue }
            parked.removeValue(forKey: client)
            request.answer.resume(returning: reply)
        }
    }

    /// Drops the uploads of ended attempts, once the privacy ledger has them.
    private func sweepSpool(_ opening: RoundOpening?) throws(CoordinatorError) {
        let attempt = opening?.attempt ?? 0
        // A spool that cannot be read or swept costs room, which `begin` reports when there is none left.
        guard let abandoned = try? spool.uploads(except: opening?.round, attempt: attempt) else { return }
        try engine.chargeAbandoned(abandoned)
        try? spool.sweep(round: opening?.round, attempt: attempt)
    }

    private func fail(_ error: CoordinatorError) {
        guard failure == nil else { return }
        failure = error
        observer(.failed(error))
        answerAll(.shuttingDown)
    }

    private func answerAll(_ reason: RefusalReason) {
        for request in parked.values { request.answer.resume(returning: .refused(reason)) }
        parked.removeAll()
        reader.releaseAll()
        for entry in commit.takeAll() { entry.answer.resume(returning: .refused(.busy)) }
    }
}

/// A request for work that waits for a round.
private struct ParkedRequest {
    let answer: CheckedContinuation<WorkReply, Never>
    /// When it is answered whatever happened, in monotonic nanoseconds.
    let due: UInt64
}

extension ServiceEvent {
    fileprivate init(_ event: EngineEvent, checkpoint: Checkpoint) {
        switch event {
        case .opened(let opening): self = .opened(opening)
        case .committed(let record, let loss):
            self = .committed(record, trainingLoss: loss, checkpoint: checkpoint)
        case .aborted(let record): self = .aborted(record)
        case .stopped(let stop): self = .stopped(stop)
        case .finished: self = .finished
        }
    }
}
