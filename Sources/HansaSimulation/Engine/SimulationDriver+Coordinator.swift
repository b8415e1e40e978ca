import HansaClient
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaResults

/// The coordinator's side of the simulation.
extension SimulationDriver {
    /// Starts the coordinator's process on what is durable.
    mutating func startCoordinator() async throws(SimulationError) {
        startCount += 1
        let store: any CoordinatorStore
        let crashes = coordinatorCrashes
        do throws(StoreError) {
            store = try makeStore { (_) throws(StoreError) in
                if crashes.strikes() { throw .crashed }
            }
        } catch {
            guard error == .crashed else { throw .store(error) }
            return try coordinatorFailed(.store(error))
        }
        let started = Stopwatch()
        do throws(CoordinatorError) {
            coordinator = CoordinatorProcess(try RoundEngine(specification: specification, store: store, now: now))
            reporter.phases.aggregation += started.elapsed
        } catch {
            reporter.phases.aggregation += started.elapsed
            try coordinatorFailed(error)
            return
        }
        if startCount > 1 { observer(.restarted(count: startCount - 1)) }
        if reporter.isFresh { try await reportStart() }
        try await afterEngine()
    }

    /// Lets the engine work.
    ///
    /// A crash at a durable write ends its process, any other failure ends the simulation.
    ///
    /// - Returns: whether the engine was there and survived.
    @discardableResult
    mutating func withEngine(
        _ work: (inout RoundEngine) throws(CoordinatorError) -> Void
    ) async throws(SimulationError) -> Bool {
        guard let coordinator else { return false }
        let started = Stopwatch()
        do throws(CoordinatorError) {
            try work(&coordinator.engine)
            reporter.phases.aggregation += started.elapsed
        } catch {
            reporter.phases.aggregation += started.elapsed
            try coordinatorFailed(error)
            return false
        }
        try await afterEngine()
        return true
    }

    private mutating func coordinatorFailed(_ error: CoordinatorError) throws(SimulationError) {
        guard error == .store(.crashed) else { throw .coordinator(error) }
        coordinator = nil
        isFinished = false
        receiving.removeAll()
        breakAllUp()
        plan(.coordinatorStarts, after: 100 + restarts.next(below: 2_000))
    }

    /// A client's message arrived.
    mutating func receive(_ request: ClientRequest, from client: ClientID) async throws(SimulationError) {
        guard coordinator != nil else { return }
        guard framed != nil else { return try await handle(request, from: client) }
        for arrival in try carry(request, from: client) {
            switch arrival {
            case .request(let request): try await handle(request, from: client)
            case .known(let id, let known): try answer(client, .submissionAnswered(id, known))
            }
        }
    }

    private mutating func handle(_ request: ClientRequest, from client: ClientID) async throws(SimulationError) {
        guard let coordinator else { return }
        switch request {
        case .work: try answer(client, .workAnswered(coordinator.engine.requestWork(from: client)))
        case .model(let assignment):
            let digest = assignment.plan.model
            if coordinator.engine.sends(digest), keeps(digest) {
                try answer(client, .modelReady)
            } else if let parameters = coordinator.engine.model(digest) {
                keep(parameters, of: digest)
                try answer(client, .modelReady)
            } else {
                try answer(client, .modelUnavailable)
            }
        case .submit(let record):
            receiving.append(record)
            if receiving.count >= Self.batchCountMax {
                try await makeBatchDurable()
            } else {
                planBatch()
            }
        case .withdraw(let assignment, _):
            let time = now
            try await withEngine { (engine) throws(CoordinatorError) in
                try engine.withdraw(assignment, now: time)
            }
        }
    }

    mutating func makeBatchDurable() async throws(SimulationError) {
        guard !receiving.isEmpty, coordinator != nil else { return }
        let batch = receiving
        receiving = []
        let time = now
        var answers: [SubmissionAnswer] = []
        try await withEngine { (engine) throws(CoordinatorError) in
            answers = try engine.submit(batch.map(\.update), now: time)
        }
        // A crash left no answers: the clients will ask again.
        for (record, answer) in zip(batch, answers) {
            if answer == .accepted { acknowledged.insert(record.assignment) }
            try self.answer(record.assignment.client, .submissionAnswered(record.assignment, answer))
        }
    }

    /// Sends an answer on its way.
    private mutating func answer(_ client: ClientID, _ input: AgentInput) throws(SimulationError) {
        let delays = network.deliver(.toClient).delays
        try prepareAnswer(input, to: client, isLost: delays.isEmpty)
        for delay in delays { plan(.answer(client, input), after: delay) }
    }

    /// Looks at what the engine did: reports ended rounds, wakes the clients of a new one.
    private mutating func afterEngine() async throws(SimulationError) {
        guard let coordinator else { return }
        let happened = coordinator.engine.takeEvents()
        isFinished = coordinator.engine.isFinished
        let endedCount = happened.count { $0.endsAttempt }
        while reporter.attemptCount + endedCount < coordinator.engine.participation.count {
            // Made current by a process that died before it could say so.
            try await report(coordinator.engine.participation[reporter.attemptCount], trainingLoss: nil)
        }
        for event in happened {
            switch event {
            case .opened(let opening):
                reporter.opened(opening)
                framed?.roundOpened(opening)
                wanted = Set(opening.expected)
                for client in opening.expected { wake(client) }
                if let deadline = coordinator.engine.nextDeadline {
                    plan(.deadline, after: deadline > now ? deadline - now : 0)
                }
            case .committed(let record, let trainingLoss): try await report(record, trainingLoss: trainingLoss)
            case .aborted(let record): try await report(record, trainingLoss: nil)
            case .stopped: break
            case .finished: wanted = []
            }
        }
    }
}

extension EngineEvent {
    fileprivate var endsAttempt: Bool {
        switch self {
        case .committed, .aborted: true
        case .opened, .stopped, .finished: false
        }
    }
}
