import Foundation
import HansaCoordinator
import HansaCore
import HansaStore
import Testing

@testable import HansaSimulation

/// The simulation over the durable store: what it promises holds on files too.
@Suite("Runs on a state folder")
struct DurableStoreTests {
    /// Runs in a folder of its own, which is removed afterwards.
    private func run(
        _ counting: CountingRun,
        faults: FaultPlan = .none,
        crashRule: CrashSchedule.Rule? = nil
    ) async throws -> SimulationOutcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await counting.run(faults: faults, crashRule: crashRule) { (observer) throws(StoreError) in
            try DurableStore(folder: folder, observer: observer)
        }
    }

    @Test("give the digest of runs in memory")
    func storesAgree() async throws {
        let counting = CountingRun()
        let disk = SharedMemory()
        let inMemory = try await counting.run { (observer) throws(StoreError) in disk.open(observer) }
        let onDisk = try await run(counting)
        #expect(onDisk.digest == inMemory.digest)
        #expect(onDisk.participation == inMemory.participation)
        #expect(onDisk.traceHash == inMemory.traceHash)
    }

    @Test("survive a crash at every moment around a durable write")
    func everyMomentMayBeTheLast() async throws {
        let counting = CountingRun(population: 6, cohort: 3, rounds: 3)
        let undisturbed = try await run(counting)
        #expect(undisturbed.durableMomentCount > 60)
        for moment in 0..<undisturbed.durableMomentCount {
            let outcome = try await run(counting, crashRule: .once(moment: moment))
            #expect(outcome.restartCount == 1, "moment \(moment)")
            #expect(outcome.digest == undisturbed.digest, "moment \(moment)")
            #expect(outcome.participation == undisturbed.participation, "moment \(moment)")
            #expect(counting.violations(of: outcome) == [], "moment \(moment)")
        }
    }

    @Test("count every acknowledged update once under seeded faults", arguments: 0..<20)
    func faultRunsAreExact(seed: Int) async throws {
        let counting = CountingRun(rounds: 3, seed: UInt64(seed))
        let faults = FaultPlan.default(seed: UInt64(seed))
        let first = try await run(counting, faults: faults)
        let second = try await run(counting, faults: faults)
        #expect(counting.violations(of: first) == [])
        #expect(first.traceHash == second.traceHash)
    }
}
