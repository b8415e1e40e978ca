import HansaQuantization
import Testing

@Suite struct ClientImportanceTests {
    /// The values that the paper's code gives for α = 0.5, and for α = 1 those of the global schedule.
    @Test func clientWidthsAreThoseOfTheCode() throws {
        let schedule = BitWidthSchedule.cosine(from: try BitWidth(32), to: try BitWidth(8), rounds: 10)
        let half = try (0..<10).map { try schedule.width(round: $0, importance: 0.5).bits }
        #expect(half == [20, 20, 19, 18, 16, 14, 12, 10, 9, 8])
        for rounds in [1, 2, 3, 10, 100, 1000] {
            let schedule = BitWidthSchedule.cosine(from: try BitWidth(32), to: try BitWidth(8), rounds: rounds)
            for round in 0..<rounds {
                #expect(try schedule.width(round: round, importance: 1) == schedule.width(round: round))
                #expect(try schedule.width(round: round, importance: 0).bits == 8)
            }
        }
        #expect(try BitWidthSchedule.constant(BitWidth(12)).width(round: 5, importance: 0.1).bits == 12)
    }

    @Test func importanceIsTheWeightedMeanOfHomogeneityAndSize() throws {
        let alike = ClientImportance.homogeneity(ofLabelCounts: [5, 5, 5, 5])
        #expect(abs(alike - 1) < 1e-9)
        #expect(ClientImportance.homogeneity(ofLabelCounts: [7, 0, 0, 0]) == 0)
        #expect(abs(ClientImportance.homogeneity(ofLabelCounts: [3, 3, 0, 0]) - 0.5) < 1e-9)
        #expect(ClientImportance.homogeneity(ofLabelCounts: [0, 0]) == 0)
        let value = ClientImportance.standard.value(homogeneity: 0.5, sampleCount: 25, sampleCountMax: 100)
        #expect(value == 0.375)
        #expect(ClientImportance.standard.value(homogeneity: 1, sampleCount: 200, sampleCountMax: 100) == 1)
        let sizes = try ClientImportance(homogeneityWeight: 0, sizeWeight: 1)
        #expect(sizes.value(homogeneity: 1, sampleCount: 25, sampleCountMax: 100) == 0.25)
    }

    @Test func importanceBeyondOneIsRefused() throws {
        #expect(throws: QuantizationError.invalidSchedule) {
            try ClientImportance(homogeneityWeight: 0.7, sizeWeight: 0.7)
        }
        let schedule = BitWidthSchedule.cosine(from: try BitWidth(32), to: try BitWidth(8), rounds: 10)
        for importance in [-0.1, 1.1, .nan] {
            #expect(throws: QuantizationError.invalidSchedule) { try schedule.width(round: 0, importance: importance) }
        }
    }
}
