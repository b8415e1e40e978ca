import Foundation
import HansaCoordinator
import HansaCore
import HansaLearning
import HansaResults
import Testing

@testable import HansaSimulation

@Suite("Measuring single clients")
struct ClientMeasurementTests {
    private func measured(threads: Int = 1, clients: Int = .max, drift: Bool = true) throws -> Simulation {
        var simulation = try DigitsFederation.simulation(threads: threads)
        simulation.clientMeasurement = ClientMeasurement(clientCount: clients, includesDrift: drift)
        return simulation
    }

    @Test("Nothing of the model changes, and nothing is measured where nobody asks")
    func sameModel() async throws {
        let plain = try await DigitsFederation.run(try DigitsFederation.simulation())
        let measured = try await DigitsFederation.run(try measured())
        #expect(measured.digest == plain.digest)
        #expect(measured.traceHash == plain.traceHash)
        #expect(plain.metrics.allSatisfy { $0.clients == nil && $0.drift == nil })
        #expect(measured.metrics.map(\.loss) == plain.metrics.map(\.loss))
    }

    @Test("The figures are the same for every number of workers", arguments: [2, 5])
    func workers(threads: Int) async throws {
        let one = try await DigitsFederation.run(try measured())
        let many = try await DigitsFederation.run(try measured(threads: threads))
        #expect(one.metrics.allSatisfy { $0.clients?.count == 20 })
        #expect(one.metrics.map(\.clients) == many.metrics.map(\.clients))
        #expect(one.metrics.map(\.drift) == many.metrics.map(\.drift))
    }

    @Test("Each client's figure is that of the model on the client's data")
    func accuracies() async throws {
        let simulation = try measured()
        let outcome = try await DigitsFederation.run(simulation)
        let clients = try #require(outcome.metrics.last?.clients)
        guard case .exact(let model) = simulation.architecture else {
            Issue.record("the fixture has another trainer")
            return
        }
        var accuracies: [Double] = []
        var losses: [Double] = []
        for view in simulation.clients {
            let summary = try model.makeEvaluator(on: view).evaluate(outcome.checkpoint.parameters)
            accuracies.append(summary.accuracy)
            losses.append(summary.meanLoss)
        }
        #expect(clients == ClientDistribution(part: .train, accuracies: accuracies, losses: losses))
    }

    @Test("What clients hold back is measured instead of what they train on, and clients without any are left out")
    func heldBack() async throws {
        var simulation = try measured(drift: false)
        let test = try #require(simulation.test)
        simulation.clientTests = try (0..<20).map { client in
            let samples = client == 3 ? [] : [UInt32](UInt32(client)..<UInt32(client + 5))
            return try DatasetView(test.dataset, samples: samples[...])
        }
        let outcome = try await DigitsFederation.run(simulation)
        let clients = try #require(outcome.metrics.last?.clients)
        #expect(clients.part == .test)
        #expect(clients.count == 19)
    }

    @Test("Measured clients lie at equal distances, all of them where as many are asked for")
    func choice() {
        func chosen(_ count: Int, of population: Int) -> [Int] {
            ClientMeasurement(clientCount: count, includesDrift: false).clients(of: population)
        }
        #expect(chosen(4, of: 10) == [0, 2, 5, 7])
        #expect(chosen(10, of: 10) == Array(0..<10))
        #expect(chosen(.max, of: 3) == [0, 1, 2])
        #expect(chosen(0, of: 10).isEmpty)
        #expect(chosen(-1, of: 10).isEmpty)
        #expect(chosen(2, of: .max) == [0, .max / 2])
    }
}

@Suite("Drift of clients")
struct DriftMeterTests {
    private func id(_ client: UInt32, round: UInt32 = 1, attempt: UInt32 = 0) -> AssignmentID {
        AssignmentID(round: round, attempt: attempt, client: ClientID(client), fence: 1)
    }

    private func record(_ accepted: [UInt32], round: UInt32 = 1) -> ParticipationRecord {
        ParticipationRecord(
            round: round,
            attempt: 0,
            population: 10,
            selected: accepted,
            accepted: accepted,
            outcome: .committed(version: 1, digest: "")
        )
    }

    @Test("Norms and distances are those of the definition")
    func figures() throws {
        let meter = DriftMeter()
        let start: [Float] = [1, 1]
        // Changes (3, 4) and (-3, 4): both of norm 5, their mean (0, 4), both 3 away from it.
        meter.add(id(0), received: start, trained: [4, 5])
        meter.add(id(1), received: start, trained: [-2, 5])
        let drift = try #require(meter.drift(of: record([0, 1])))
        #expect(drift == ClientDrift(normMean: 5, normMax: 5, distance: 3))
    }

    @Test("A client that trains again counts once, and one of an older attempt not at all")
    func again() throws {
        let meter = DriftMeter()
        meter.add(id(0, round: 2), received: [0], trained: [1])
        meter.add(id(0, round: 2), received: [0], trained: [1])
        meter.add(id(1, round: 1), received: [0], trained: [9])
        #expect(meter.drift(of: record([0], round: 2)) == ClientDrift(normMean: 1, normMax: 1, distance: 0))
        #expect(meter.drift(of: record([1], round: 1)) == nil)
    }

    @Test("Without every counted client nothing is told; with others beside them no distance")
    func partial() throws {
        let meter = DriftMeter()
        meter.add(id(0), received: [0], trained: [1])
        meter.add(id(1), received: [0], trained: [3])
        #expect(meter.drift(of: record([0])) == ClientDrift(normMean: 1, normMax: 1, distance: nil))
        #expect(meter.drift(of: record([0, 2])) == nil)
    }

    @Test(
        "Updates that are not finite or beyond what the sum holds stop nothing",
        arguments: [Float.nan, .infinity, 1e30]
    )
    func extremes(value: Float) {
        let meter = DriftMeter()
        meter.add(id(0), received: [0, 0], trained: [value, 1])
        #expect(meter.drift(of: record([0]))?.distance == nil)
    }
}
