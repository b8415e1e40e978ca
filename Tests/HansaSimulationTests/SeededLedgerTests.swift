import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaStore
import Testing

@testable import HansaSimulation

/// Runs with noise from the scenario's seed: what their ledgers mean, and that no line calls them private.
@Suite("Ledgers of seeded runs")
struct SeededLedgerTests {
    private static func prepared(_ placement: String, mechanism: String, seed: Int = 1) throws -> PreparedRun {
        try Scenario(
            text: """
                seed: \(seed)
                rounds: 3
                data: {name: digits}
                partition: {clients: 8}
                model: {hidden: []}
                round: {cohort: 4}
                strategy: {name: fedavg, weighting: uniform}
                update: {width: 16, clip: {l2: 1}}
                privacy: {mechanism: \(mechanism), placement: \(placement), multiplier: 0.5, source: insecure-seeded}
                """,
            file: "test.yaml"
        ).prepared()
    }

    private struct Outcome {
        let digest: SHA256Digest
        let ledger: SHA256Digest
        let lines: [String]
    }

    private func run(
        _ run: PreparedRun,
        _ transport: SimulatedTransport,
        faults: FaultPlan? = nil
    ) async throws -> Outcome {
        let memory = SharedMemory()
        let simulation = run.makeSimulation(threadCount: 2, faults: faults, transport: transport)
        let outcome = try await simulation.run { (observer) throws(StoreError) in memory.open(observer) }
        var verifier = LedgerVerifier()
        let lines = try memory.open(nil).ledger()
        for line in lines { try verifier.read(line.bytes) }
        return Outcome(
            digest: outcome.digest,
            ledger: try #require(verifier.state).semanticDigest,
            lines: lines.map { String(decoding: $0.bytes, as: UTF8.self) }
        )
    }

    @Test(
        "have one digest and one meaning by value, in frames and under faults, and every line says that nothing is private",
        arguments: [("local", "gaussian"), ("distributed", "skellam"), ("central", "gaussian")]
    )
    func equality(placement: String, mechanism: String) async throws {
        let prepared = try Self.prepared(placement, mechanism: mechanism)
        let byValue = try await run(prepared, .inProcess)
        let framed = try await run(prepared, .framed())
        #expect(framed.digest == byValue.digest)
        #expect(framed.ledger == byValue.ledger)
        let faulty = try await run(prepared, .inProcess, faults: .default(seed: 3))
        #expect(faulty.digest == byValue.digest)
        #expect(faulty.ledger == byValue.ledger)
        // A header, three publications, and where clients add noise twelve receipts.
        #expect(byValue.lines.count == (placement == "central" ? 4 : 16))
        for line in byValue.lines + faulty.lines {
            #expect(line.contains("seeded noise gives no privacy"), "\(line)")
            #expect(line.contains("\"covers\":[]") || !line.contains("\"covers\""), "\(line)")
        }
    }

    @Test("Another seed is another model and another ledger")
    func seeds() async throws {
        let first = try await run(try Self.prepared("local", mechanism: "gaussian"), .inProcess)
        let second = try await run(try Self.prepared("local", mechanism: "gaussian", seed: 2), .inProcess)
        #expect(first.digest != second.digest)
        #expect(first.ledger != second.ledger)
    }
}
