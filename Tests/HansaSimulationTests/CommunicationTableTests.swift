import Foundation
import HansaQuantization
import Testing

@testable import HansaSimulation

/// The communication table of ALGORITHMS.md, section 3.8, from formulas and committed label counts.
@Suite struct CommunicationTableTests {
    static let model = CommunicationTable.Model(parameterCount: 1_663_370, scaleCount: 8)

    static func counts(_ name: String) throws -> LabelCounts {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "Simulations/aq-dp-bytes/\(name).csv")
        return try LabelCounts(text: String(contentsOf: file, encoding: .utf8))
    }

    static func table(_ counts: LabelCounts?, cohort: Int, rounds: Int, to: Int) throws -> CommunicationTable {
        try CommunicationTable(
            counts: counts,
            cohort: cohort,
            rounds: rounds,
            schedule: .cosine(from: BitWidth(32), to: BitWidth(to), rounds: rounds),
            statics: [BitWidth(8), BitWidth(12), BitWidth(16)],
            model: model
        )
    }

    @Test func constantAndCosineWidthsSaveWhatTheFormulaSays() throws {
        let rows = try Self.table(nil, cohort: 10, rounds: 1000, to: 8).rows
        #expect(rows.map(\.schedule) == ["static 8", "static 12", "static 16", "cosine"])
        #expect(rows.prefix(3).map(\.paperReduction) == [75, 62.5, 50])
        #expect(abs(rows[3].paperReduction - 37.46) < 0.005)
        #expect(rows[3].widthDown == 20.012)
        #expect(abs(try Self.table(nil, cohort: 10, rounds: 100, to: 12).rows[3].paperReduction - 30.94) < 0.005)
    }

    /// The label counts are those of the paper's split; the participants are drawn as its code draws them.
    @Test(arguments: [(100, 10, 43.3895), (1000, 100, 46.0231)])
    func theClientSchedulerSavesOnCIFARWhatThePapersCodeGives(clients: Int, cohort: Int, expected: Double) throws {
        let counts = try Self.counts("cifar-\(clients)")
        #expect(counts.rows.count == clients)
        #expect(counts.rows.reduce(0) { $0 + $1.reduce(0, +) } == 50_000)
        let row = try #require(try Self.table(counts, cohort: cohort, rounds: 1000, to: 8).rows.last)
        #expect(row.schedule == "cosine + client")
        #expect(abs(row.paperReduction - expected) < 0.001)
    }

    @Test func theClientSchedulerSavesOnPowerLawMNISTAboutWhatThePaperSays() throws {
        let counts = try Self.counts("mnist-1000")
        let row = try #require(try Self.table(counts, cohort: 100, rounds: 1000, to: 8).rows.last)
        #expect(row.paperReduction > 52 && row.paperReduction < 54)
    }

    @Test func payloadsTakeMoreThanThePaperCounts() throws {
        for row in try Self.table(Self.counts("pneumonia-10"), cohort: 10, rounds: 100, to: 12).rows {
            let paper = row.paperBytesDown + row.paperBytesUp
            #expect(Double(row.payloadBytes) > paper)
            // Two payloads for each participant of each round, each of 34 bytes and less than one of padding more.
            #expect(Double(row.payloadBytes) - paper < 2 * 1000 * 35.0)
        }
    }

    /// Numbers that NumPy's legacy generator gave.
    @Test func theTwisterDrawsAsNumPyDoes() {
        var twister = MersenneTwister(seed: 0)
        #expect((0..<3).map { _ in twister.next32() } == [2_357_136_044, 2_546_248_239, 3_071_714_933])
        twister = MersenneTwister(seed: 5)
        #expect(twister.choice(10, of: 100) == [66, 32, 46, 28, 74, 23, 10, 20, 17, 35])
        twister = MersenneTwister(seed: 0)
        #expect(twister.choice(10, of: 10) == [2, 8, 4, 9, 1, 6, 7, 3, 0, 5])
    }

    @Test func tablesThatAreNoneAreRefused() throws {
        #expect(throws: LabelCountsError.noClients) { try LabelCounts(text: "# nothing\n") }
        #expect(throws: LabelCountsError.notANumber(line: 2)) { try LabelCounts(text: "1,2\n1,x\n") }
        #expect(throws: LabelCountsError.wrongClassCount(line: 2, got: 3, expected: 2)) {
            try LabelCounts(text: "1,2\n1,2,3\n")
        }
        #expect(throws: LabelCountsError.invalidCounts(line: 1)) { try LabelCounts(text: "0,0\n") }
        #expect(throws: LabelCountsError.invalidCounts(line: 1)) { try LabelCounts(text: "-1,5\n") }
        #expect(throws: QuantizationError.invalidSchedule) {
            try Self.table(LabelCounts(text: "1,2\n"), cohort: 2, rounds: 10, to: 8)
        }
    }
}
