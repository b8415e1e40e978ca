import Foundation
import HansaCoordinator
import HansaResults
import Testing

@testable import HansaSimulation

/// AQ-DP's two modes through engine, store and frames.
@Suite("AQ-DP runs") struct AdaptiveQuantizationRunTests {
    static func scenario(_ strategy: String, _ rest: String, rounds: Int = 4) -> String {
        """
        rounds: \(rounds)
        data: {name: digits}
        partition: {kind: dirichlet, alpha: 0.3, clients: 12, minimum: 10}
        model: {hidden: [12]}
        local: {epochs: 2, batch: 16, rate: 0.1}
        round: {cohort: 4}
        strategy: \(strategy)
        \(rest)
        """
    }

    static let paper = scenario(
        "{name: insecure-aq-dp-paper, weighting: samples, cap: 1000}",
        "update: {width: {from: 24, to: 4}}"
    )

    static func outcome(_ text: String, _ transport: SimulatedTransport, threads: Int = 1) async throws
        -> SimulationOutcome
    {
        let prepared = try Scenario(text: text, file: "test.yaml").prepared()
        return try await DigitsFederation.run(prepared.makeSimulation(threadCount: threads, transport: transport))
    }

    @Test("the paper's clients choose their lengths, and the run is the same by value, in frames and on threads")
    func paperRuns() async throws {
        let byValue = try await Self.outcome(Self.paper, .inProcess)
        let framed = try await Self.outcome(Self.paper, .framed())
        let threaded = try await Self.outcome(Self.paper, .inProcess, threads: 3)
        #expect(framed.digest == byValue.digest && threaded.digest == byValue.digest)
        #expect(framed.traceHash == byValue.traceHash)
        let wire = try #require(framed.traffic)
        #expect(wire.up.training == wire.counted.up && wire.down.training == wire.counted.down)
        let parameterCount = 64.0 * 12 + 12 + 12 * 10 + 10
        let widths: [Double] = [24, 21, 14, 7]
        for line in byValue.metrics where line.round > 0 {
            let up = try #require(line.paperBytesUp)
            let down = try #require(line.paperBytesDown)
            let width = widths[Int(line.round) - 1]
            #expect(down == parameterCount * width / 2)
            // Every client has an importance below 1.
            #expect(up < down)
            #expect(up >= parameterCount * 2)
            // Two bytes of header, four scales, less than a byte of padding.
            let overhead = Double(line.bytesUp) - up
            #expect(overhead >= 72)
            #expect(overhead < 76)
        }
    }

    @Test("an estimated smoothness noises another model than a fixed one")
    func smoothness() async throws {
        let fixed = Self.paper.replacingOccurrences(of: "cap: 1000}", with: "cap: 1000, options: {smoothness: 0}}")
        let estimated = try await Self.outcome(Self.paper, .inProcess)
        #expect(try await Self.outcome(fixed, .inProcess).digest != estimated.digest)
    }

    @Test("strict mode runs with a ledger that charges every update alike")
    func strictRuns() async throws {
        for options in ["", ", options: {client-widths: classes, small-clients: 5}"] {
            let text = Self.scenario(
                "{name: aq-dp, weighting: uniform\(options)}",
                """
                update: {width: {from: 24, to: 8}, clip: {l1: 1}}
                privacy: {mechanism: laplace, placement: local, epsilon: 1, source: insecure-seeded}
                """
            )
            let byValue = try await Self.outcome(text, .inProcess)
            let framed = try await Self.outcome(text, .framed())
            #expect(framed.digest == byValue.digest)
            let wire = try #require(framed.traffic)
            #expect(wire.up.training == wire.counted.up)
            #expect(byValue.metrics.last?.acceptedCount == 4)
        }
    }

    /// Everybody's data are others in the two runs, and frames are as long all the same; the paper's are not.
    @Test("strict mode's frames are as long whatever the data are")
    func frameLengths() async throws {
        func bytesUp(_ text: String, partition seed: Int) async throws -> UInt64 {
            let other = text.replacingOccurrences(of: "minimum: 10}", with: "minimum: 10, seed: \(seed)}")
            return try #require(try await Self.outcome(other, .framed()).traffic).up.training
        }
        let strict = Self.scenario(
            "{name: aq-dp, weighting: uniform}",
            """
            update: {width: {from: 24, to: 8}, clip: {l1: 1}}
            privacy: {mechanism: laplace, placement: local, epsilon: 1, source: insecure-seeded}
            """
        )
        #expect(try await bytesUp(strict, partition: 1) == bytesUp(strict, partition: 2))
        #expect(try await bytesUp(Self.paper, partition: 1) != bytesUp(Self.paper, partition: 2))
    }
}
