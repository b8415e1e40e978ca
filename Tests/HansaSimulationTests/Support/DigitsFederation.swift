import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaDense
import HansaLearning
import HansaQuantization

@testable import HansaSimulation

/// A small federation on the digits: 20 clients of a Dirichlet split, 6 a round.
enum DigitsFederation {
    static func simulation(
        rounds: UInt32 = 3,
        seed: UInt64 = 5,
        threads: Int = 1,
        arrivalSeed: UInt64 = 1,
        faults: FaultPlan = .none,
        participation: RunSpecification.Participation = .selected(UniformCohortSelector()),
        optimizer: ServerOptimizerConfiguration = .adam(learningRate: 0.02, beta1: 0.9, beta2: 0.99, tau: 0.001),
        modelBits: Int? = nil
    ) throws -> Simulation {
        let data = try CatalogueEntry(named: "digits").load(from: DataFolders())
        let scheme = PartitionScheme.dirichlet(alpha: 0.5, minimum: 5)
        let partition = try scheme.partition(of: data.train, clientCount: 20, seed: seed)
        let architecture = try DenseArchitecture(
            inputCount: data.train.featureCount,
            hiddenCounts: [16],
            classCount: data.train.classCount
        )
        let strategy = try FederatedAveraging(
            StrategyConfiguration(
                work: LocalWork(epochs: 1, batchSize: 8, learningRate: 0.1, momentum: 0.5),
                weighting: .samples(cap: 100),
                clip: .none,
                widths: .constant(try BitWidth(8)),
                ranges: [SectionRange(range: 0.5)],
                optimizer: optimizer,
                returnedFields: [.sampleCount, .trainingLoss]
            )
        )
        return Simulation(
            specification: RunSpecification(
                run: RunID(high: 3, low: 4),
                seed: seed,
                population: 20,
                roundCount: rounds,
                policy: RoundPolicy(cohort: 6),
                participation: participation,
                strategy: strategy,
                schema: architecture.schema(),
                initialParameters: architecture.initialParameters(seed: seed),
                modelWidth: try modelBits.map { try BitWidth($0) },
                configurationDigest: SHA256Digest(hashing: [1])
            ),
            architecture: .exact(architecture),
            clients: try partition.views(of: data.train),
            test: data.test.map { DatasetView($0) },
            threadCount: threads,
            faults: faults,
            arrivalSeed: arrivalSeed
        )
    }

    /// Runs on a fresh in-memory disk.
    static func run(_ simulation: Simulation, crashRule: CrashSchedule.Rule? = nil) async throws -> SimulationOutcome {
        let disk = SharedMemory()
        return try await simulation.run(crashRule: crashRule) { (observer) throws(StoreError) in disk.open(observer)
        }
    }
}
