import HansaClient
import HansaCore
import HansaNumerics
import HansaResults
import Testing

@testable import HansaSimulation

/// Several processes that train one simulation: nothing but the time depends on how many there are.
@Suite("Ranks", .serialized)
struct RankTests {
    /// Runs a simulation on rank 0 while the others train for it.
    private static func run(
        ranks count: Int,
        _ make: @escaping @Sendable () throws -> Simulation
    ) async throws -> SimulationOutcome {
        let links = MemoryLink.group(of: count)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for link in links.dropFirst() {
                group.addTask { try await make().serve(RankGroup(link)) }
            }
            var simulation = try make()
            let first = RankGroup(links[0])
            simulation.ranks = first
            let outcome = try await DigitsFederation.run(simulation)
            first.dismiss()
            try await group.waitForAll()
            return outcome
        }
    }

    @Test("give one digest, one trace and one set of measurements, be they 1, 2 or 5")
    func ranksAgree() async throws {
        let reference = try await DigitsFederation.run(DigitsFederation.simulation())
        for count in [1, 2, 5] {
            let outcome = try await Self.run(ranks: count) { try DigitsFederation.simulation(threads: 2) }
            #expect(outcome.digest == reference.digest)
            #expect(outcome.traceHash == reference.traceHash)
            #expect(outcome.metrics.map(\.trainingLoss) == reference.metrics.map(\.trainingLoss))
            #expect(outcome.metrics.map(\.bytesUp) == reference.metrics.map(\.bytesUp))
        }
    }

    @Test("agree when the coordinator and the clients crash and messages get lost")
    func faultsAgree() async throws {
        let faults = FaultPlan.default(seed: 9)
        let reference = try await DigitsFederation.run(DigitsFederation.simulation(faults: faults))
        let outcome = try await Self.run(ranks: 2) { try DigitsFederation.simulation(threads: 2, faults: faults) }
        #expect(outcome.traceHash == reference.traceHash)
        #expect(outcome.restartCount == reference.restartCount)
    }

    @Test("agree when the model changes more often than a rank remembers models")
    func manyRoundsAgree() async throws {
        let reference = try await DigitsFederation.run(DigitsFederation.simulation(rounds: 7))
        let outcome = try await Self.run(ranks: 2) { try DigitsFederation.simulation(rounds: 7) }
        #expect(outcome.digest == reference.digest)
    }

    @Test(
        "with another scenario, partition or arithmetic are refused before the first round, and sent home",
        arguments: ["configuration", "partition", "arithmetic"]
    )
    func othersAreRefused(what: String) async throws {
        let links = MemoryLink.group(of: 3)
        let own = RankGreeting(configuration: "a", partition: "b", arithmetic: "c")
        var other = own
        switch what {
        case "configuration": other.configuration = "x"
        case "partition": other.partition = "x"
        default: other.arithmetic = "x"
        }
        try await RankGroup(links[1]).meet(.success(own))
        try await RankGroup(links[2]).meet(.success(other))
        let expected = RankError.mismatch(rank: 2, what: what, got: "x", expected: own.value(of: what))
        await #expect(throws: expected) { try await RankGroup(links[0]).meet(.success(own)) }
        for link in links.dropFirst() { #expect(try await link.receive(from: 0) == RankWork.end) }
    }

    @Test("that cannot begin say why")
    func refusalsAreHeard() async throws {
        let links = MemoryLink.group(of: 2)
        let own = RankGreeting(configuration: "a", partition: "b", arithmetic: "c")
        try await RankGroup(links[1]).refuse("no data")
        await #expect(throws: RankError.refused(rank: 1, words: "no data")) {
            try await RankGroup(links[0]).meet(.success(own))
        }
    }

    @Test("refuse every message that is cut short or changed, and never trap")
    func messagesAreChecked() throws {
        let updates: [Result<TrainedUpdate, RefusalReason>] = [
            .failure(.trainingFailed),
            .success(
                TrainedUpdate(
                    encoded: EncodedUpdate(
                        payload: [1, 2, 3],
                        declaredSampleCount: 7,
                        saturatedCount: 1,
                        wasClipped: true
                    ),
                    summary: TrainingSummary(stepCount: 2, meanLoss: 0.5)
                )
            ),
        ]
        let bytes = RankResults.bytes(updates)
        #expect(RankResults.bytes(try RankResults.read(bytes, count: 2, of: 1)) == bytes)
        #expect(throws: RankError.malformed(rank: 1)) { try RankResults.read(bytes, count: 3, of: 1) }
        for length in 0..<bytes.count {
            #expect(throws: RankError.malformed(rank: 1)) {
                try RankResults.read(Array(bytes[..<length]), count: 2, of: 1)
            }
        }
        var work = RankWork()
        work.models = [(SHA256Digest(hashing: [1]), [1, 2, 3])]
        let form = work.bytes
        #expect(try RankWork.read(form)?.models.first?.parameters == [1, 2, 3])
        #expect(try RankWork.read(RankWork.end) == nil)
        for length in 0..<form.count {
            #expect(throws: RankError.malformed(rank: 0)) { _ = try RankWork.read(Array(form[..<length])) }
        }
        var stream = RandomStream(seed: 4, purpose: .faults)
        for _ in 0..<2_000 {
            var damaged = form
            damaged[Int(stream.next(below: UInt64(form.count)))] ^= UInt8(1 << stream.next(below: 8))
            _ = try? RankWork.read(damaged)
            var results = bytes
            results[Int(stream.next(below: UInt64(bytes.count)))] ^= UInt8(1 << stream.next(below: 8))
            _ = try? RankResults.read(results, count: 2, of: 1)
        }
    }
}

extension RankGreeting {
    fileprivate func value(of what: String) -> String {
        switch what {
        case "configuration": configuration
        case "partition": partition
        default: arithmetic
        }
    }
}
