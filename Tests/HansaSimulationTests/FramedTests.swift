import HansaCoordinator
import HansaResults
import Testing

@testable import HansaSimulation

@Suite("Runs in frames")
struct FramedTests {
    /// Chunks so small that models and updates take many, and a window that has to be waited for.
    private static let small = SimulatedTransport.framed(FramedSettings(chunkByteCountMax: 16, windowByteCount: 32))

    private func run(
        _ counting: CountingRun,
        faults: FaultPlan = .none,
        crashRule: CrashSchedule.Rule? = nil,
        transport: SimulatedTransport = small
    ) async throws -> SimulationOutcome {
        let disk = SharedMemory()
        return try await counting.run(faults: faults, crashRule: crashRule, transport: transport) {
            (observer) throws(StoreError) in disk.open(observer)
        }
    }

    @Test("give the digest, the record and every event of runs by value", arguments: [1, 2, 3])
    func digits(seed: UInt64) async throws {
        var simulation = try DigitsFederation.simulation(seed: seed)
        let byValue = try await DigitsFederation.run(simulation)
        #expect(byValue.traffic == nil)
        simulation.transport = .framed()
        let framed = try await DigitsFederation.run(simulation)
        #expect(framed.digest == byValue.digest)
        #expect(framed.participation == byValue.participation)
        #expect(framed.traceHash == byValue.traceHash)
    }

    @Test("count the same training bytes on both sides, and what undisturbed contributions take")
    func trainingBytes() async throws {
        for chunk: UInt32 in [64, 1_000, 262_144] {
            var simulation = try DigitsFederation.simulation()
            simulation.transport = .framed(FramedSettings(chunkByteCountMax: chunk, windowByteCount: 2 * chunk))
            let outcome = try await DigitsFederation.run(simulation)
            let wire = try #require(outcome.traffic)
            #expect(wire.up.training == wire.counted.up)
            #expect(wire.down.training == wire.counted.down)
            #expect(wire.clients.up == wire.up)
            #expect(wire.clients.down == wire.down)
            #expect(wire.up.repeated == 0 && wire.down.repeated == 0)
            #expect(wire.up.liveness > 0 && wire.down.liveness > 0)
            let lines = outcome.metrics
            #expect(wire.up.training > UInt64(lines.reduce(0) { $0 + $1.bytesUp }))
            #expect(wire.down.training > UInt64(lines.reduce(0) { $0 + $1.bytesDown }))
        }
    }

    @Test("keep the digest and count every acknowledged update once under seeded faults", arguments: 0..<10)
    func faults(block: Int) async throws {
        var repeatedCount: UInt64 = 0
        for seed in (block * 10)..<(block * 10 + 10) {
            let counting = CountingRun(rounds: 3, seed: UInt64(seed % 7))
            let undisturbed = try await run(counting, transport: .inProcess)
            let faults = FaultPlan.default(seed: UInt64(seed))
            let first = try await run(counting, faults: faults)
            let second = try await run(counting, faults: faults)
            #expect(first.digest == undisturbed.digest, "seed \(seed)")
            #expect(counting.violations(of: first) == [], "seed \(seed)")
            #expect(first.traceHash == second.traceHash, "seed \(seed)")
            #expect(first.traffic == second.traffic, "seed \(seed)")
            let wire = try #require(first.traffic)
            let quiet = try #require(try await run(counting).traffic)
            #expect(wire.counted == quiet.counted, "seed \(seed)")
            repeatedCount += wire.up.repeated
        }
        #expect(repeatedCount > 0)
    }

    @Test("survive a crash at every moment around a durable write")
    func crashes() async throws {
        let counting = CountingRun(population: 6, cohort: 3, rounds: 3)
        let undisturbed = try await run(counting)
        for moment in 0..<undisturbed.durableMomentCount {
            let outcome = try await run(counting, crashRule: .once(moment: moment))
            #expect(outcome.restartCount == 1, "moment \(moment)")
            #expect(outcome.digest == undisturbed.digest, "moment \(moment)")
            #expect(outcome.traffic?.counted == undisturbed.traffic?.counted, "moment \(moment)")
            #expect(counting.violations(of: outcome) == [], "moment \(moment)")
        }
    }
}
