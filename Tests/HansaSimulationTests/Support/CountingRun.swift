import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaResults

@testable import HansaSimulation

/// A small run over the counting oracle, and what must hold of its end.
struct CountingRun {
    var population = 12
    var cohort = 5
    var rounds: UInt32 = 4
    var seed: UInt64 = 1
    var policy: RoundPolicy?
    var participation: RunSpecification.Participation = .selected(UniformCohortSelector())

    func specification() throws -> RunSpecification {
        let schema = try ParameterSchema([ParameterBlock(name: "counts", shape: [population])])
        // A range of 127 at 8 bits is a step of exactly 1, and a denominator of 1 makes the model the plain sum.
        let configuration = StrategyConfiguration(
            work: LocalWork(epochs: 1, batchSize: 1, learningRate: 1),
            weighting: .uniform,
            clip: .none,
            widths: .constant(try BitWidth(8)),
            ranges: [SectionRange(range: 127)],
            options: ["denominator": .number(1)]
        )
        return RunSpecification(
            run: RunID(high: 1, low: 2),
            seed: seed,
            population: UInt32(population),
            roundCount: rounds,
            policy: policy ?? RoundPolicy(cohort: cohort),
            participation: participation,
            strategy: try FederatedAveraging(configuration),
            schema: schema,
            initialParameters: [Float](repeating: 0, count: population),
            configurationDigest: SHA256Digest(hashing: [])
        )
    }

    func run(
        faults: FaultPlan = .none,
        crashRule: CrashSchedule.Rule? = nil,
        arrivalSeed: UInt64 = 1,
        threads: Int = 1,
        transport: SimulatedTransport = .inProcess,
        makeStore: @escaping Simulation.StoreMaker
    ) async throws -> SimulationOutcome {
        var driver = SimulationDriver(
            specification: try specification(),
            crew: ThreadCrew(executor: OneHotExecutor(population: population), threadCount: threads),
            faults: faults,
            arrivalSeed: arrivalSeed,
            crashRule: crashRule,
            transport: transport,
            evaluationInterval: 0,
            reportedAttemptCount: 0,
            evaluate: { (_) async throws(SimulationError) in nil },
            makeStore: makeStore,
            observer: { _ in }
        )
        return try await driver.run()
    }

    /// What is wrong with the end of a run, in words; nothing for a good one.
    func violations(of outcome: SimulationOutcome) -> [String] {
        var violations: [String] = []
        var counts = [Float](repeating: 0, count: population)
        var counted: Set<AssignmentID> = []
        var aborted: Set<[UInt32]> = []
        for record in outcome.participation {
            if case .aborted = record.outcome { aborted.insert([record.round, record.attempt]) }
            for client in record.accepted {
                counts[Int(client)] += 1
                let id = AssignmentID(
                    round: record.round,
                    attempt: record.attempt,
                    client: ClientID(client),
                    fence: 0
                )
                if !counted.insert(id).inserted { violations.append("\(id) is in the record twice") }
            }
        }
        if outcome.checkpoint.parameters != counts {
            violations.append("the model says \(outcome.checkpoint.parameters), the record \(counts)")
        }
        for id in outcome.acknowledged where !counted.contains(id) && !aborted.contains([id.round, id.attempt]) {
            violations.append("\(id) was acknowledged and does not count")
        }
        if outcome.checkpoint.version != UInt64(rounds) {
            violations.append("version \(outcome.checkpoint.version) instead of \(rounds)")
        }
        return violations
    }
}
