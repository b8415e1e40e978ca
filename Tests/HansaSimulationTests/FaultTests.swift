import HansaCoordinator
import HansaCore
import HansaResults
import Testing

@testable import HansaSimulation

@Suite("Runs with faults")
struct FaultTests {
    /// Runs once on a fresh in-memory disk that survives the coordinator's crashes.
    private func run(
        _ counting: CountingRun,
        faults: FaultPlan = .none,
        crashRule: CrashSchedule.Rule? = nil,
        arrivalSeed: UInt64 = 1
    ) async throws -> SimulationOutcome {
        let disk = SharedMemory()
        return try await counting.run(faults: faults, crashRule: crashRule, arrivalSeed: arrivalSeed) {
            (observer) throws(StoreError) in disk.open(observer)
        }
    }

    @Test("2,000 seeded fault runs count every acknowledged update once, and repeat to the event", arguments: 0..<20)
    func faultRunsAreExactAndRepeatable(block: Int) async throws {
        for seed in (block * 100)..<(block * 100 + 100) {
            let counting = CountingRun(
                rounds: 3,
                seed: UInt64(seed % 7),
                policy: RoundPolicy(cohort: 5, overSelection: 0.2, dropout: 0.1)
            )
            let faults = FaultPlan.default(seed: UInt64(seed))
            let first = try await run(counting, faults: faults, arrivalSeed: UInt64(seed))
            let second = try await run(counting, faults: faults, arrivalSeed: UInt64(seed))
            #expect(counting.violations(of: first) == [], "seed \(seed)")
            #expect(first.traceHash == second.traceHash, "seed \(seed)")
            #expect(first.digest == second.digest, "seed \(seed)")
        }
    }

    @Test("a crash before or after any single durable write changes neither the model nor the record")
    func everyDurableWriteMayBeTheLast() async throws {
        let counting = CountingRun()
        let undisturbed = try await run(counting)
        #expect(counting.violations(of: undisturbed) == [])
        #expect(undisturbed.restartCount == 0)
        #expect(undisturbed.durableMomentCount > 50)
        for moment in 0..<undisturbed.durableMomentCount {
            let outcome = try await run(counting, crashRule: .once(moment: moment))
            #expect(outcome.restartCount == 1, "moment \(moment)")
            #expect(outcome.digest == undisturbed.digest, "moment \(moment)")
            #expect(outcome.participation == undisturbed.participation, "moment \(moment)")
            #expect(counting.violations(of: outcome) == [], "moment \(moment)")
        }
    }

    @Test("the order of arrival changes the trace and not the model")
    func arrivalOrderDoesNotMatter() async throws {
        let counting = CountingRun()
        let reference = try await run(counting)
        var traces = Set([reference.traceHash])
        for seed in 2...101 {
            let outcome = try await run(counting, arrivalSeed: UInt64(seed))
            #expect(outcome.digest == reference.digest)
            #expect(outcome.participation == reference.participation)
            traces.insert(outcome.traceHash)
        }
        #expect(traces.count == 101)
    }

    @Test("a replay of the participation record gives the digest of the run that wrote it")
    func replayGivesTheSameDigest() async throws {
        var counting = CountingRun(policy: RoundPolicy(cohort: 5, overSelection: 0.4, dropout: 0.3))
        let recorded = try await run(counting, faults: .default(seed: 3))
        counting.participation = .recorded(recorded.participation)
        let replayed = try await run(counting)
        #expect(replayed.digest == recorded.digest)
    }

    @Test("a production round closes at its deadline with the quorum, and is aborted visibly below it")
    func deadlinesDecideInProduction() async throws {
        let policy = RoundPolicy(
            mode: .production,
            cohort: 5,
            overSelection: 0.2,
            quorum: 3,
            deadlineMilliseconds: 2_500,
            attemptCountMax: 1_000
        )
        let counting = CountingRun(rounds: 3, policy: policy)
        var abortCount = 0
        for seed in 0..<50 {
            var faults = FaultPlan.default(seed: UInt64(seed))
            faults.dropRequest = 0.35
            let outcome = try await run(counting, faults: faults, arrivalSeed: UInt64(seed))
            #expect(counting.violations(of: outcome) == [], "seed \(seed)")
            for record in outcome.participation {
                switch record.outcome {
                case .committed: #expect((3...5).contains(record.accepted.count))
                case .aborted:
                    abortCount += 1
                    #expect(record.accepted.isEmpty)
                }
            }
        }
        #expect(abortCount > 0)
    }
}
