import HansaAggregation
import HansaClient
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaResults
import HansaTesting
import Testing

/// FedAMD on heterogeneous least squares, where its linear rate shows in seconds (ALGORITHMS.md §2.7).
@Suite("Anchor sampling")
struct AnchorSamplingTests {
    static let sequential: [String: StrategyOption] = ["period": .number(2), "gradient-range": .number(64)]
    static let constant: [String: StrategyOption] = ["probability": .number(0.5), "gradient-range": .number(64)]

    @Test("in double precision has the whole table's bands")
    func doubleTable() {
        #expect((1e-1...1e1).contains(NaiveRun.averaging(rate: 0.02, rounds: 400)))
        #expect((3e-2...3).contains(NaiveRun.averaging(rate: 0.005, rounds: 2_000)))
        #expect((1e-9...1e-2).contains(NaiveRun.meanSquaredGradient(.constant(0.2))))
        #expect(NaiveRun.meanSquaredGradient(.constant(0.5)) < 1e-13)
        let best = optimalAnchorProbability(population: 20, cohort: 5)
        #expect(NaiveRun.meanSquaredGradient(.constant(best)) < 1e-20)
        #expect(NaiveRun.meanSquaredGradient(.sequential(2)) < 1e-15)
        #expect((1e-12...1e-5).contains(NaiveRun.meanSquaredGradient(.sequential(5))))
        #expect(NaiveRun.meanSquaredGradient(.sequential(2), cohort: 20) < 1e-10)
        #expect(NaiveRun.meanSquaredGradient(.sequential(2), cohort: 20, steps: 1, rate: 0.1) < 1e-10)
        #expect((1e-1...1e2).contains(NaiveRun.meanSquaredGradient(.constant(0.5), anchorExamples: 10)))
        #expect(NaiveRun.meanSquaredGradient(.constant(0)) > 1e2)
        let atStart = (1...3).reduce(0.0) { sum, seed in
            sum + LeastSquares(seed: UInt64(seed)).squaredGradient(at: [Double](repeating: 0, count: 10)) / 3
        }
        #expect(abs(NaiveRun.meanSquaredGradient(.constant(1)) - atStart) < 1e-9)
    }

    @Test("through float32 and the lattice converges where averaging does not", arguments: [true, false])
    func latticePipeline(isConstant: Bool) throws {
        let options = isConstant ? Self.constant : Self.sequential
        let anchored = try LeastSquaresRun.meanSquaredGradient {
            try LeastSquaresRun("fedamd", options: options, rounds: 401, seed: $0)
        }
        let averaged = try LeastSquaresRun.meanSquaredGradient { try LeastSquaresRun("fedavg", rounds: 400, seed: $0) }
        #expect(anchored < 1e-10)
        #expect(averaged > 1e-1)
    }

    @Test("follows the naive reference, draw by draw")
    func followsReference() throws {
        var run = try LeastSquaresRun("fedamd", options: Self.constant, rounds: 12, seed: 9)
        let model = try run.run()
        let (strategy, specification, problem) = (run.specification.strategy, run.specification, run.problem)
        var naive = NaiveAnchorSampling(
            point: [Double](repeating: 0, count: LeastSquares.dimension),
            rate: Double(Float(0.02)),
            gradient: problem.gradient
        )
        var engine = try RoundEngine(specification: specification, store: InMemoryStore(disk: run.disk), now: 0)
        _ = engine.takeEvents()
        for record in engine.participation {
            let context = RoundContext(
                round: record.round,
                attempt: record.attempt,
                roundCount: specification.roundCount,
                population: Int(specification.population),
                cohort: specification.policy.cohort,
                schema: specification.schema,
                seed: specification.seed
            )
            var (anchors, miners): ([Int], [(client: Int, batches: [[UInt32]])]) = ([], [])
            for number in record.accepted {
                if strategy.role(of: ClientID(number), in: context) == .anchor {
                    anchors.append(Int(number))
                } else {
                    miners.append((Int(number), Self.batches(of: number, round: record.round, seed: 9)))
                }
            }
            naive.round(anchors: anchors, miners: miners)
        }
        for (ours, theirs) in zip(model, naive.point) { #expect(abs(Double(ours) - theirs) < 1e-5) }
    }

    /// The batches that a miner draws: shuffled passes of ten batches of four, with a word for dropout behind each.
    private static func batches(of client: UInt32, round: UInt32, seed: UInt64) -> [[UInt32]] {
        var stream = RandomStream(seed: seed, round: round, client: client, purpose: .shuffling)
        var order = Array(0..<UInt32(LeastSquares.exampleCount))
        return (0..<4).map { batch in
            if batch == 0 { stream.shuffle(&order) }
            _ = stream.next64()
            return Array(order[4 * batch..<4 * batch + 4])
        }
    }

    @Test("gives one model with both stores of bullseyes, restarted or not")
    func storesAndRestarts() throws {
        var models: [[Float]] = []
        for store in ["client", "server"] {
            for restartEvery in [nil, 3] as [UInt32?] {
                var options = Self.constant
                options["bullseyes"] = .word(store)
                var run = try LeastSquaresRun("fedamd", options: options, rounds: 30, seed: 4)
                models.append(try run.run(restartEvery: restartEvery))
            }
        }
        #expect(Set(models).count == 1)
        #expect(models[0].contains { $0 != 0 })
    }

    @Test("with one step a round and everybody is gradient descent, a step every two rounds")
    func isGradientDescent() throws {
        var run = try LeastSquaresRun(
            "fedamd",
            options: Self.sequential,
            cohort: LeastSquares.clientCount,
            steps: 1,
            rate: 0.1,
            rounds: 41,
            seed: 2
        )
        let model = try run.run()
        var point = [Double](repeating: 0, count: LeastSquares.dimension)
        for _ in 0..<20 {
            let gradients = (0..<LeastSquares.clientCount).map { run.problem.gradient($0, point, nil) }
            for index in point.indices {
                point[index] -= 0.1 * gradients.reduce(0) { $0 + $1[index] } / Double(LeastSquares.clientCount)
            }
        }
        for (ours, theirs) in zip(model, point) { #expect(abs(Double(ours) - theirs) < 1e-5) }
    }

    @Test("starts lazily, and FedPAGE keeps nobody's gradient")
    func variants() throws {
        var lazy = Self.constant
        lazy["start"] = .word("lazy")
        let late = try LeastSquaresRun.meanSquaredGradient {
            try LeastSquaresRun("fedamd", options: lazy, rounds: 400, seed: $0)
        }
        #expect(late < 1e-6)
        let fresh = try LeastSquaresRun.meanSquaredGradient {
            try LeastSquaresRun("fedpage", options: Self.constant, rounds: 400, seed: $0)
        }
        // The mean over five of twenty different clients is never the mean over all.
        #expect(fresh > 1e-3)
    }

    @Test("refuses probabilities that cannot work, and says why")
    func refusals() {
        for (key, value) in [("probability", 0.0), ("probability", 1), ("probability", 1.5), ("period", 1)] {
            let error = #expect(throws: ConfigurationError.self) {
                try LeastSquaresRun(
                    "fedamd",
                    options: [key: .number(value), "gradient-range": .number(1)],
                    rounds: 1,
                    seed: 1
                )
            }
            #expect(error?.key == key)
        }
        #expect(throws: ConfigurationError.self) {
            try LeastSquaresRun("fedamd", options: ["probability": .number(0.5)], rounds: 1, seed: 1)
        }
    }

    @Test("a client that lost its gradient withdraws, and the others go on")
    func lostMemory() throws {
        var run = try LeastSquaresRun("fedamd", options: Self.sequential, cohort: 20, rounds: 4, seed: 3)
        let engine = try RoundEngine(specification: run.specification, store: InMemoryStore(disk: run.disk), now: 0)
        _ = try run.run()
        _ = engine
        var assignment = try #require(Self.anchorAssignment(run))
        assignment.memoryRound = 1
        #expect(throws: RefusalReason.missingState) {
            try LocalRound(
                assignment,
                schema: run.specification.schema,
                model: [Float](repeating: 0, count: LeastSquares.dimension),
                memory: ClientMemory()
            )
        }
    }

    private static func anchorAssignment(_ run: LeastSquaresRun) -> Assignment? {
        let fresh = InMemoryStore()
        guard let engine = try? RoundEngine(specification: run.specification, store: fresh, now: 0),
            case .assignment(let assignment) = engine.requestWork(from: ClientID(0))
        else { return nil }
        return assignment
    }

    @Test("SCAFFOLD converges where averaging does not, restarted or not")
    func scaffold() throws {
        let corrected = try LeastSquaresRun.meanSquaredGradient {
            try LeastSquaresRun("scaffold", batchSize: 0, rounds: 600, seed: $0)
        }
        #expect(corrected < 1e-6)
        let averaged = try LeastSquaresRun.meanSquaredGradient {
            try LeastSquaresRun("fedavg", batchSize: 0, rounds: 600, seed: $0)
        }
        #expect(averaged > 1e-2)
        var models: [[Float]] = []
        for restartEvery in [nil, 4] as [UInt32?] {
            var run = try LeastSquaresRun("scaffold", rounds: 20, seed: 5)
            models.append(try run.run(restartEvery: restartEvery))
        }
        #expect(models[0] == models[1])
    }
}
