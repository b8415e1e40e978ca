import CHansaKernels
import HansaCoordinator
import HansaCore
import HansaResults
import Testing

@testable import HansaSimulation

/// The determinism contract on a real federation: one digest, whatever the machine did.
@Suite("One digest", .serialized)
struct DigestTests {
    @Test("for 1, 2 and 8 workers, with equal traces and metrics")
    func workerCountsAgree() async throws {
        let reference = try await DigitsFederation.run(DigitsFederation.simulation(threads: 1))
        for threads in [2, 8] {
            let outcome = try await DigitsFederation.run(DigitsFederation.simulation(threads: threads))
            #expect(outcome.digest == reference.digest)
            #expect(outcome.traceHash == reference.traceHash)
            #expect(outcome.metrics.map(\.accuracy) == reference.metrics.map(\.accuracy))
            #expect(outcome.metrics.map(\.loss) == reference.metrics.map(\.loss))
            #expect(outcome.metrics.map(\.trainingLoss) == reference.metrics.map(\.trainingLoss))
        }
    }

    @Test("for 100 orders of arrival")
    func ordersOfArrivalAgree() async throws {
        let reference = try await DigitsFederation.run(DigitsFederation.simulation(rounds: 2))
        for seed in 2...101 {
            let outcome = try await DigitsFederation.run(
                DigitsFederation.simulation(rounds: 2, threads: 2, arrivalSeed: UInt64(seed))
            )
            #expect(outcome.digest == reference.digest, "arrival seed \(seed)")
        }
    }

    @Test("for every kernel variant this machine can run")
    func kernelVariantsAgree() async throws {
        defer { hansa_kernels_force(-1) }
        var digests: Set<SHA256Digest> = []
        for variant in 0..<hansa_kernels_variant_count() where hansa_kernels_variant_supported(variant) {
            hansa_kernels_force(variant)
            digests.insert(try await DigitsFederation.run(DigitsFederation.simulation()).digest)
        }
        #expect(digests.count == 1)
    }

    @Test("with a crash before or after each durable write")
    func crashesAgree() async throws {
        let reference = try await DigitsFederation.run(DigitsFederation.simulation(rounds: 2))
        for moment in 0..<reference.durableMomentCount {
            let outcome = try await DigitsFederation.run(
                DigitsFederation.simulation(rounds: 2),
                crashRule: .once(moment: moment)
            )
            #expect(outcome.restartCount == 1)
            #expect(outcome.digest == reference.digest, "moment \(moment)")
        }
    }

    @Test("under seeded faults of every kind")
    func faultsAgree() async throws {
        let reference = try await DigitsFederation.run(DigitsFederation.simulation())
        for seed in 1...10 {
            let outcome = try await DigitsFederation.run(
                DigitsFederation.simulation(arrivalSeed: UInt64(seed), faults: .default(seed: UInt64(seed)))
            )
            #expect(outcome.digest == reference.digest, "fault seed \(seed)")
        }
    }

    @Test("for a replay of its own participation record")
    func replayAgrees() async throws {
        let recorded = try await DigitsFederation.run(DigitsFederation.simulation())
        let replayed = try await DigitsFederation.run(
            DigitsFederation.simulation(participation: .recorded(recorded.participation))
        )
        #expect(replayed.digest == recorded.digest)
        #expect(replayed.participation == recorded.participation)
    }

    @Test("for a model that is sent as 8-bit integers, with crashes too; and it learns")
    func roundedModelsAgree() async throws {
        let exact = try await DigitsFederation.run(DigitsFederation.simulation(rounds: 2))
        let reference = try await DigitsFederation.run(DigitsFederation.simulation(rounds: 2, modelBits: 8))
        #expect(reference.digest != exact.digest)
        let bytes = try #require(reference.metrics.last?.bytesDown)
        #expect(bytes * 3 < exact.metrics.last?.bytesDown ?? 0)
        let accuracies = reference.metrics.compactMap(\.accuracy)
        #expect(try #require(accuracies.last) > #require(accuracies.first))
        for moment in 0..<reference.durableMomentCount {
            let outcome = try await DigitsFederation.run(
                DigitsFederation.simulation(rounds: 2, modelBits: 8),
                crashRule: .once(moment: moment)
            )
            #expect(outcome.digest == reference.digest, "moment \(moment)")
        }
    }

    @Test("differs for another seed")
    func seedsDiffer() async throws {
        let first = try await DigitsFederation.run(DigitsFederation.simulation(seed: 5))
        let second = try await DigitsFederation.run(DigitsFederation.simulation(seed: 6))
        #expect(first.digest != second.digest)
    }
}
