import HansaAggregation
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import HansaResults
import HansaTesting

@testable import HansaCoordinator

/// A small run with its store's disk, and clients whose updates follow from (round, client).
struct Federation {
    var specification: RunSpecification
    let disk: InMemoryStore.Disk

    init(
        population: UInt32 = 8,
        rounds: UInt32 = 3,
        policy: RoundPolicy = RoundPolicy(cohort: 4),
        weighting: WeightRule = .samples(cap: 100),
        returnedFields: ReturnedFields = .trainingLoss,
        optimizer: ServerOptimizerConfiguration = .sgd(learningRate: 1),
        range: Double = 1,
        seed: UInt64 = 1,
        clip: ClipRule = .none,
        noise: NoiseConfiguration? = nil,
        privacy: RunPrivacy = RunPrivacy()
    ) throws {
        let schema = try ParameterSchema([
            ParameterBlock(name: "w", shape: [4, 6]), ParameterBlock(name: "b", shape: [3]),
        ])
        let strategy = try FederatedAveraging(
            StrategyConfiguration(
                work: LocalWork(epochs: 1, batchSize: 1, learningRate: 0.1),
                weighting: weighting,
                clip: clip,
                widths: .constant(try BitWidth(noise == nil ? 8 : 16)),
                ranges: [SectionRange(range: range)],
                optimizer: optimizer,
                returnedFields: returnedFields,
                noise: noise
            )
        )
        specification = RunSpecification(
            run: RunID(high: 1, low: 2),
            seed: seed,
            population: population,
            roundCount: rounds,
            policy: policy,
            participation: .selected(UniformCohortSelector()),
            strategy: strategy,
            schema: schema,
            initialParameters: (0..<schema.count).map { Float($0) / 32 },
            privacy: privacy,
            configurationDigest: SHA256Digest(hashing: [1])
        )
        disk = InMemoryStore.Disk()
    }

    /// A run with noise: Laplace noise of four clip bounds where each client adds it, else Gaussian noise of one.
    static func noised(
        _ placement: NoisePlacement,
        source: NoiseSource = .system,
        rounds: UInt32 = 3,
        policy: RoundPolicy = RoundPolicy(cohort: 4),
        privacy: RunPrivacy = RunPrivacy()
    ) throws -> Self {
        let law: NoiseConfiguration.Law =
            switch placement {
            case .local: .laplace
            case .central: .gaussian
            case .distributed: .skellam
            }
        return try Self(
            rounds: rounds,
            policy: policy,
            weighting: .uniform,
            returnedFields: [],
            clip: placement == .local ? .l1(bound: 1) : .l2(bound: 1),
            noise: NoiseConfiguration(law: law, placement: placement, multiplier: 4, source: source, cohort: 4),
            privacy: privacy
        )
    }

    /// A process on this run's disk.
    func engine(observer: DurableWriteObserver? = nil, now: UInt64 = 0) throws(CoordinatorError) -> RoundEngine {
        try RoundEngine(
            specification: specification,
            store: InMemoryStore(disk: disk, observer: observer),
            now: now
        )
    }

    /// The update that this client's data make of this work.
    func update(for assignment: Assignment, salt: UInt32 = 0) throws -> ClientUpdate {
        try .made(for: assignment, schema: specification.schema, salt: salt)
    }

    /// The work that each client of the roster is given now.
    func assignments(of engine: RoundEngine) -> [Assignment] {
        (0..<specification.population).compactMap {
            if case .assignment(let assignment) = engine.requestWork(from: ClientID($0)) { assignment } else { nil }
        }
    }

    func updates(of engine: RoundEngine) throws -> [ClientUpdate] {
        try assignments(of: engine).map { try update(for: $0) }
    }

    /// Plays the run to its end.
    func finish(_ engine: inout RoundEngine) throws {
        while !engine.isFinished { _ = try engine.submit(updates(of: engine), now: 0) }
    }
}

extension ClientUpdate {
    /// The same update with another payload, whose digest fits.
    func replacing(payload: [UInt8]) -> ClientUpdate {
        var update = self
        update.payload = payload
        update.report.payloadDigest = SHA256Digest(hashing: payload)
        return update
    }
}
