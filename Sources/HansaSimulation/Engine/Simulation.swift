public import Foundation
public import HansaCoordinator
import HansaCore
public import HansaLearning
import HansaResults

/// A federation of in-process clients on a data set, driven through the round engine that serves real devices.
public struct Simulation: Sendable {
    /// Opens the coordinator's durable memory, with an observer that may end it at any durable write.
    public typealias StoreMaker =
        @Sendable (DurableWriteObserver?) throws(StoreError) -> any CoordinatorStore

    /// The run, as the coordinator sees it.
    public var specification: RunSpecification
    /// The model that clients train.
    public var architecture: ModelArchitecture
    /// The program that trains it; nil for our own trainers.
    public var external: ExternalTraining?
    /// Each client's data; the roster is their indices.
    public var clients: [DatasetView]
    /// What models are measured on.
    public var test: DatasetView?
    /// Models are measured every so many rounds, and after the last; 0 for the last only.
    public var evaluationInterval: Int
    /// What is measured of single clients; changes nothing of the model.
    public var clientMeasurement: ClientMeasurement = .none
    /// What each client holds back to be measured on; nil where clients are measured on what they train on.
    public var clientTests: [DatasetView]?
    /// Where clients' memories are kept for a run that is resumed; nil to keep them in this process.
    public var memoryFolder: URL?
    /// How many trainings run at once; changes nothing but the time.
    public var threadCount: Int
    /// What goes wrong.
    public var faults: FaultPlan
    /// How requests and answers travel; changes nothing but what is measured.
    public var transport: SimulatedTransport
    /// Joins this process, as rank 0, to those that train with it; nil where it is alone.
    public var ranks: RankGroup?
    /// Decides virtual delays, and with them the order in which updates arrive; the model does not depend on it.
    public var arrivalSeed: UInt64

    public init(
        specification: RunSpecification,
        architecture: ModelArchitecture,
        clients: [DatasetView],
        test: DatasetView?,
        evaluationInterval: Int = 1,
        threadCount: Int,
        faults: FaultPlan? = nil,
        transport: SimulatedTransport = .inProcess,
        arrivalSeed: UInt64? = nil
    ) {
        self.specification = specification
        self.architecture = architecture
        self.clients = clients
        self.test = test
        self.evaluationInterval = evaluationInterval
        self.threadCount = threadCount
        self.faults = faults ?? .none
        self.transport = transport
        self.arrivalSeed = arrivalSeed ?? specification.seed
    }

    /// Runs to the end, or from where the store stands to the end.
    ///
    /// - Parameters:
    ///   - reportedAttemptCount: how many attempts of a resumed run were reported before.
    ///   - makeStore: opens the coordinator's durable memory; called again after each simulated crash, when the store
    ///     made before is gone.
    ///   - observer: told of everything that happens, in order.
    public func run(
        reportedAttemptCount: Int = 0,
        makeStore: @escaping StoreMaker,
        observer: @escaping @Sendable (SimulationEvent) -> Void = { _ in }
    ) async throws(SimulationError) -> SimulationOutcome {
        try await run(
            crashRule: nil,
            reportedAttemptCount: reportedAttemptCount,
            makeStore: makeStore,
            observer: observer
        )
    }

    func run(
        crashRule: CrashSchedule.Rule?,
        reportedAttemptCount: Int = 0,
        makeStore: @escaping StoreMaker,
        observer: @escaping @Sendable (SimulationEvent) -> Void = { _ in }
    ) async throws(SimulationError) -> SimulationOutcome {
        guard clients.count == Int(specification.population) else {
            throw .clientCountMismatch(got: clients.count, expected: Int(specification.population))
        }
        let evaluation = try architecture.evaluation(test: test, threadCount: threadCount)
        let workMeter = WorkMeter()
        let driftMeter = clientMeasurement.includesDrift ? DriftMeter() : nil
        let own = try makeCrew(workMeter: workMeter, driftMeter: driftMeter)
        var driver = SimulationDriver(
            specification: specification,
            crew: ranks.map { RankCrew(own: own, link: $0.link) } ?? own,
            faults: faults,
            arrivalSeed: arrivalSeed,
            crashRule: crashRule,
            transport: transport,
            evaluationInterval: evaluationInterval,
            reportedAttemptCount: reportedAttemptCount,
            evaluate: evaluation,
            measureClients: clientMeasure,
            workMeter: workMeter,
            driftMeter: driftMeter,
            memoryFolder: memoryFolder,
            makeStore: makeStore,
            observer: observer
        )
        return try await driver.run()
    }

    /// Trains for rank 0 until it says that this was all: what every other rank does.
    public func serve(_ ranks: RankGroup) async throws(SimulationError) {
        // Nobody asks this process what its clients took.
        var worker = RankWorker(crew: try makeCrew(workMeter: WorkMeter(), driftMeter: nil), link: ranks.link)
        try await worker.run()
    }

    /// The threads of this process, with what trains on them.
    private func makeCrew(
        workMeter: WorkMeter,
        driftMeter: DriftMeter?
    ) throws(SimulationError) -> any TrainingCrew {
        let encoding = SimulatedEncoding(
            schema: specification.schema,
            seed: specification.seed,
            workMeter: workMeter,
            driftMeter: driftMeter
        )
        func crew(_ executor: some ClientExecutor) -> any TrainingCrew {
            ThreadCrew(executor: executor, threadCount: threadCount)
        }
        if let external {
            return crew(
                try ExternalTrainingExecutor(
                    external,
                    schema: specification.schema,
                    clients: clients,
                    encoding: encoding,
                    threadCount: threadCount
                )
            )
        }
        switch architecture {
        case .exact(let model): return crew(TrainingExecutor(model: model, clients: clients, encoding: encoding))
        case .exactSwitch(let model):
            return crew(TrainingExecutor(model: model, clients: clients, encoding: encoding))
        case .network(let model): return crew(TrainingExecutor(model: model, clients: clients, encoding: encoding))
        }
    }

    /// The measurement on clients one by one; nil where nobody asks, so that it costs nothing.
    private var clientMeasure: ModelArchitecture.ClientMeasure? {
        let views = clientTests ?? clients
        let measured = clientMeasurement.clients(of: views.count)
            .map { (client: ClientID(UInt32(clamping: $0)), view: views[$0]) }
        guard !measured.isEmpty else { return nil }
        return architecture.clientMeasure(
            on: measured,
            part: clientTests == nil ? .train : .test,
            threadCount: threadCount
        )
    }
}
