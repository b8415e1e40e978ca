public import HansaAggregation
public import HansaCoordinator
public import HansaLearning

/// A scenario joined with its data, every mistake that can be found before the first round found: ready to run.
public struct PreparedRun: Sendable {
    /// The scenario with everything filled in that follows from the data.
    public let scenario: ResolvedScenario
    public let data: DatasetSplit
    public let partition: Partition
    public let architecture: ModelArchitecture
    /// The run as the coordinator sees it.
    public let specification: RunSpecification
    /// What meets in the run, none of it refused; its caveats are told at the start and kept with the results.
    public let composition: Composition
    /// Each client's share of the data, to train on.
    public let clients: [DatasetView]
    /// What each client keeps to measure models on, in the clients' order, some perhaps empty; none at all without
    /// `data.client-test`.
    public let clientTests: [DatasetView]

    /// What models are measured on; nil for data without a test part.
    public var test: DatasetView? { data.test.map { DatasetView($0) } }

    /// The simulation of this run.
    public func makeSimulation(
        threadCount: Int,
        faults: FaultPlan? = nil,
        transport: SimulatedTransport = .inProcess,
        ranks: RankGroup? = nil
    ) -> Simulation {
        var simulation = Simulation(
            specification: specification,
            architecture: architecture,
            clients: clients,
            test: test,
            evaluationInterval: scenario.evaluationInterval,
            threadCount: threadCount,
            faults: faults,
            transport: transport
        )
        simulation.ranks = ranks
        simulation.clientMeasurement = scenario.clientMeasurement
        simulation.clientTests = clientTests.isEmpty ? nil : clientTests
        return simulation
    }
}
