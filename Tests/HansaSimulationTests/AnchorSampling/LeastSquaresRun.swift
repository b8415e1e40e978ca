import HansaAggregation
import HansaClient
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaQuantization

/// A run of a strategy on ``LeastSquares``: the round engine, and for every client the code that a device runs.
struct LeastSquaresRun {
    let problem: LeastSquares
    var specification: RunSpecification
    let disk = InMemoryStore.Disk()
    /// What each client remembers.
    var memories: [ClientID: ClientMemory] = [:]

    init(
        _ strategy: String,
        options: [String: StrategyOption] = [:],
        cohort: Int = 5,
        steps: UInt32 = 5,
        rate: Float = 0.02,
        batchSize: UInt32 = 4,
        rounds: UInt32,
        seed: UInt64
    ) throws {
        problem = LeastSquares(seed: seed)
        let schema = try ParameterSchema([ParameterBlock(name: "w", shape: [LeastSquares.dimension])])
        var configuration = StrategyConfiguration(
            work: LocalWork(epochs: 1_000, batchSize: batchSize, learningRate: rate, stepCountMax: steps),
            weighting: .uniform,
            clip: .none,
            widths: .constant(try BitWidth(32)),
            ranges: [SectionRange(range: 8)],
            options: options
        )
        configuration.population = LeastSquares.clientCount
        specification = RunSpecification(
            run: RunID(high: 5, low: seed),
            seed: seed,
            population: UInt32(LeastSquares.clientCount),
            roundCount: rounds,
            policy: RoundPolicy(cohort: cohort),
            participation: .selected(UniformCohortSelector()),
            strategy: try StrategyRegistry.standard.makeStrategy(named: strategy, configuration),
            schema: schema,
            initialParameters: [Float](repeating: 0, count: schema.count),
            configurationDigest: SHA256Digest(hashing: Array(strategy.utf8))
        )
    }

    /// Runs to the end, the coordinator starting anew after every so many rounds; returns the model.
    mutating func run(restartEvery: UInt32? = nil) throws -> [Float] {
        var engine = try RoundEngine(specification: specification, store: InMemoryStore(disk: disk), now: 0)
        while let opening = engine.opening {
            if let restartEvery, opening.round % restartEvery == 0 {
                engine = try RoundEngine(specification: specification, store: InMemoryStore(disk: disk), now: 0)
            }
            for client in opening.expected {
                guard case .assignment(let assignment) = engine.requestWork(from: client),
                    let model = engine.model(assignment.plan.model)
                else { throw RunError.noWork(client) }
                _ = try engine.submit([try update(assignment, model: model)], now: 0)
            }
        }
        return engine.checkpoint.parameters
    }

    enum RunError: Error {
        case noWork(ClientID)
    }

    private mutating func update(_ assignment: Assignment, model: [Float]) throws -> ClientUpdate {
        let id = assignment.id
        func stream(_ purpose: RandomPurpose) -> RandomStream {
            RandomStream(seed: specification.seed, round: id.round, client: id.client.number, purpose: purpose)
        }
        let memory = memories[id.client] ?? ClientMemory()
        var round = try LocalRound(assignment, schema: specification.schema, model: model, memory: memory)
        var trainer = LeastSquaresTrainer(problem: problem, client: Int(id.client.number))
        let trained = round.train(&trainer, stream: stream(.shuffling))
        let update = try round.encode(.success(trained), words: stream(.rounding), noiseKey: nil).get()
        // What a miner does changes nothing of what an anchor remembers.
        if !update.localState.isEmpty { memories[id.client] = ClientMemory(bytes: update.localState) }
        return ClientUpdate(
            report: UpdateReport(
                assignment: id,
                planDigest: assignment.plan.digest,
                sampleCount: 0,
                payloadDigest: update.payloadDigest
            ),
            payload: update.encoded.payload
        )
    }

    /// ‖∇F‖² at the model that a run ends with, the mean over three seeds.
    static func meanSquaredGradient(_ make: (UInt64) throws -> LeastSquaresRun) throws -> Double {
        var sum = 0.0
        for seed in UInt64(1)...3 {
            var run = try make(seed)
            let model = try run.run()
            sum += run.problem.squaredGradient(at: model.map { Double($0) })
        }
        return sum / 3
    }
}
