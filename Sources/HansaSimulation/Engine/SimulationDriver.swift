import Foundation
import HansaClient
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaResults
import HeapModule

/// Runs agents against the round engine on a virtual clock: a discrete-event simulation on one task, with trainings done
/// by parallel workers.
///
/// Everything that happens is decided by the specification, the arrival seed and the fault plan; the number of workers
/// changes nothing. Crashes end the engine or an agent for good; what comes back starts from what was durable.
struct SimulationDriver {
    /// Measures a model; nil where there is nothing to measure on.
    typealias Evaluation = @Sendable ([Float]) async throws(SimulationError) -> EvaluationSummary?

    let specification: RunSpecification
    let makeStore: Simulation.StoreMaker
    let evaluate: Evaluation
    /// Measures a model on clients one by one; nil where nobody asks.
    let measureClients: ModelArchitecture.ClientMeasure?
    let workMeter: WorkMeter
    let driftMeter: DriftMeter?
    let evaluationInterval: Int
    /// How many attempts of the record were reported by an earlier process.
    let reportedAttemptCount: Int
    let observer: @Sendable (SimulationEvent) -> Void

    /// Nil while the coordinator is down.
    var coordinator: CoordinatorProcess?
    /// Whether the engine, as it was last changed, had finished the run.
    var isFinished = false
    var clients: [ClientID: SimulatedClient] = [:]
    var queue: TrainingQueue
    var network: NetworkModel
    let coordinatorCrashes: CrashSchedule
    let clientCrashes: CrashSchedule
    /// Where clients' restarts and timers draw from.
    let arrivalSeed: UInt64
    var restarts: RandomStream

    private var events = Heap<PendingEvent>()
    private var sequence: UInt64 = 0
    var now: UInt64 = 0
    var nextJob: UInt64 = 0
    /// Updates that reached the coordinator and wait for the next durable batch.
    var receiving: [OutboxRecord] = []
    var isBatchDue = false
    /// Clients that the round in progress waits for.
    var wanted: Set<ClientID> = []
    /// What clients remember between their rounds, on disk.
    var memories: ClientMemories
    /// The newest models that were handed out, by digest, newest last.
    var models: [(digest: SHA256Digest, parameters: [Float])] = []
    var trace = EventTrace()
    var reporter = RoundReporter()
    /// How often the coordinator's process was started.
    var startCount = 0
    var acknowledged: Set<AssignmentID> = []
    /// The coordinator's side of the connections; nil where requests and answers travel as values.
    var framed: FramedCoordinator?
    private var eventCount = 0

    /// Between two receipts at most this many virtual milliseconds pass before they are made durable together.
    private static var batchMilliseconds: UInt64 { 5 }
    static var batchCountMax: Int { 64 }
    private static var modelCountMax: Int { 4 }
    /// Events without the end of a round after which the simulation counts as stuck.
    private static var eventCountMax: Int { 50_000_000 }

    init(
        specification: RunSpecification,
        crew: any TrainingCrew,
        faults: FaultPlan,
        arrivalSeed: UInt64,
        crashRule: CrashSchedule.Rule? = nil,
        transport: SimulatedTransport = .inProcess,
        evaluationInterval: Int,
        reportedAttemptCount: Int,
        evaluate: @escaping Evaluation,
        measureClients: ModelArchitecture.ClientMeasure? = nil,
        workMeter: WorkMeter = WorkMeter(),
        driftMeter: DriftMeter? = nil,
        memoryFolder: URL? = nil,
        makeStore: @escaping Simulation.StoreMaker,
        observer: @escaping @Sendable (SimulationEvent) -> Void
    ) {
        self.specification = specification
        memories = ClientMemories(folder: memoryFolder)
        self.makeStore = makeStore
        self.evaluate = evaluate
        self.measureClients = measureClients
        self.workMeter = workMeter
        self.driftMeter = driftMeter
        self.evaluationInterval = evaluationInterval
        self.reportedAttemptCount = reportedAttemptCount
        self.observer = observer
        self.arrivalSeed = arrivalSeed
        queue = TrainingQueue(crew: crew)
        network = NetworkModel(arrivalSeed: arrivalSeed, faults: faults)
        coordinatorCrashes = CrashSchedule(
            rule: crashRule ?? .rate(faults.crash),
            stream: RandomStream(seed: faults.seed, round: 1, purpose: .faults)
        )
        clientCrashes = CrashSchedule(
            rule: .rate(faults.clientCrash),
            stream: RandomStream(seed: faults.seed, round: 2, purpose: .faults)
        )
        restarts = RandomStream(seed: faults.seed, round: 3, purpose: .faults)
        if case .framed(let settings) = transport {
            framed = FramedCoordinator(
                settings,
                run: specification.run,
                schema: specification.schema,
                seed: faults.seed
            )
        }
    }

    /// Runs to the last committed round.
    mutating func run() async throws(SimulationError) -> SimulationOutcome {
        try await startCoordinator()
        while !isFinished {
            guard !Task.isCancelled else { throw .cancelled }
            guard let event = events.popMin(), eventCount < Self.eventCountMax else {
                throw .stuck(round: coordinator?.engine.opening?.round ?? 0, eventCount: eventCount)
            }
            eventCount += 1
            now = event.time
            trace.note(event)
            try await happen(event.kind)
        }
        guard let coordinator else { throw .stuck(round: 0, eventCount: eventCount) }
        let traffic = try closeConnections()
        return SimulationOutcome(
            checkpoint: coordinator.engine.checkpoint,
            stop: coordinator.engine.stopped,
            digest: coordinator.engine.modelDigest,
            participation: coordinator.engine.participation,
            metrics: reporter.lines,
            traceHash: trace.finish(modelDigest: coordinator.engine.modelDigest),
            restartCount: max(0, startCount - 1),
            durableMomentCount: coordinatorCrashes.count,
            acknowledged: acknowledged,
            traffic: traffic
        )
    }

    private mutating func happen(_ kind: PendingEvent.Kind) async throws(SimulationError) {
        switch kind {
        case .request(let client, let request): try await receive(request, from: client)
        case .answer(let client, let input): try deliver(input, to: client)
        case .trainingDone(let client, let job): try await trainingDone(client, job: job)
        case .timer(let client, let token, let life):
            if clients[client]?.life == life { try tell(client, .timerFired(token: token)) }
        case .clientStarts(let client): try startClient(client)
        case .batchDue:
            isBatchDue = false
            try await makeBatchDurable()
        case .coordinatorStarts: try await startCoordinator()
        case .deadline:
            let time = now
            try await withEngine { (engine) throws(CoordinatorError) in try engine.advance(now: time) }
        }
    }

    /// Plans an event so many virtual milliseconds from now.
    mutating func plan(_ kind: PendingEvent.Kind, after milliseconds: UInt64) {
        events.insert(PendingEvent(time: now + milliseconds, sequence: sequence, kind: kind))
        sequence += 1
    }

    func keeps(_ digest: SHA256Digest) -> Bool { models.contains { $0.digest == digest } }

    /// Forgets all but the newest models.
    mutating func keep(_ parameters: [Float], of digest: SHA256Digest) {
        guard !keeps(digest) else { return }
        models.append((digest, parameters))
        if models.count > Self.modelCountMax { models.removeFirst() }
    }

    mutating func planBatch() {
        guard !isBatchDue else { return }
        isBatchDue = true
        plan(.batchDue, after: Self.batchMilliseconds)
    }
}
