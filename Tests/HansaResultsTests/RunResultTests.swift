import Foundation
import HansaResults
import Testing

@Suite("Results")
struct RunResultTests {
    private func result(bytesUp: Int) -> RunResult {
        RunResult(
            name: "n",
            seed: .max,
            roundCount: 3,
            abortedAttemptCount: 1,
            clientCount: 10,
            cohort: 4,
            parameterCount: 100,
            digest: "d",
            configurationDigest: "c",
            accuracy: nil,
            loss: 0.1,
            bytesUp: bytesUp,
            bytesDown: 5,
            floatBytesUp: 400,
            saturatedCount: 0,
            clippedCount: 0,
            traceHash: nil,
            restartCount: 0,
            seconds: 1.5,
            roundsPerSecond: 2,
            threadCount: 2,
            kernels: "v3"
        )
    }

    @Test("A result survives JSON")
    func coding() throws {
        let result = result(bytesUp: 100)
        let again = try JSONDecoder().decode(RunResult.self, from: try JSONEncoder().encode(result))
        #expect(again == result)
        #expect(again.seed == .max)
    }

    @Test("The factor beside float32 is of the same updates")
    func savings() {
        #expect(result(bytesUp: 100).savingsFactor == 4)
        #expect(result(bytesUp: 0).savingsFactor == nil)
    }

    @Test("A participation record survives JSON, whatever its outcome")
    func participation() throws {
        let outcomes: [ParticipationRecord.Outcome] = [
            .committed(version: .max, digest: "00ff"), .aborted(.belowQuorum), .aborted(.aggregateRefused),
        ]
        for outcome in outcomes {
            let record = ParticipationRecord(
                round: 3,
                attempt: 1,
                population: 10,
                selected: [7, 2, 9],
                accepted: [2, 7],
                outcome: outcome
            )
            let text = try JSONEncoder().encode(record)
            #expect(try JSONDecoder().decode(ParticipationRecord.self, from: text) == record)
        }
    }
}

@Suite("Distribution over clients")
struct ClientDistributionTests {
    @Test("Mean, variance, worst tenth, deciles and histogram are those of the definition")
    func figures() throws {
        // 0.00, 0.05, … 0.95: twenty clients, given out of order.
        let accuracies = (0..<20).map { Double(($0 * 7) % 20) / 20 }
        let losses = accuracies.map { 2 - $0 }
        let clients = try #require(ClientDistribution(part: .test, accuracies: accuracies, losses: losses))
        #expect(abs(clients.accuracyMean - 0.475) < 1e-12)
        #expect(abs(clients.accuracyVariance - (400.0 - 1) / 12 / 400) < 1e-12)
        #expect(abs(clients.accuracyWorstTenth - 0.025) < 1e-12)
        #expect(clients.accuracyDeciles.count == 11)
        #expect(clients.accuracyDeciles[0] == 0 && clients.accuracyDeciles[10] == 0.95)
        #expect(clients.accuracyDeciles == clients.accuracyDeciles.sorted())
        #expect(clients.accuracyHistogram.reduce(0, +) == 20)
        #expect(abs(clients.lossMean - 1.525) < 1e-12)
        #expect(abs(clients.lossVariance - clients.accuracyVariance) < 1e-12)
    }

    @Test("One client is its own worst tenth, and no clients have no distribution")
    func few() {
        let one = ClientDistribution(part: .train, accuracies: [1], losses: [0.5])
        #expect(one?.accuracyWorstTenth == 1)
        #expect(one?.accuracyHistogram.last == 1)
        #expect(ClientDistribution(part: .train, accuracies: [], losses: []) == nil)
        #expect(ClientDistribution(part: .train, accuracies: [1], losses: []) == nil)
    }
}
