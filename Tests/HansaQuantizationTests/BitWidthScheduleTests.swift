import HansaQuantization
import Testing

@Suite struct BitWidthScheduleTests {
    static func widths(from: Int, to: Int, rounds: Int) throws -> [Int] {
        let schedule = BitWidthSchedule.cosine(from: try BitWidth(from), to: try BitWidth(to), rounds: rounds)
        return try (0..<rounds).map { try schedule.width(round: $0).bits }
    }

    @Test func schedulesMatchTheIndependentVectors() throws {
        for vector in try Samples.load().schedules {
            #expect(try Self.widths(from: vector.from, to: vector.to, rounds: vector.rounds) == vector.widths)
        }
    }

    /// The values printed for the paper's released code.
    @Test func schedulesMatchThePapersCode() throws {
        #expect(try Self.widths(from: 32, to: 8, rounds: 10) == [32, 31, 30, 27, 24, 20, 16, 13, 10, 9])
        #expect(try Self.widths(from: 20, to: 8, rounds: 10) == [20, 20, 19, 18, 16, 14, 12, 10, 9, 8])
        #expect(try Self.widths(from: 16, to: 4, rounds: 10) == [16, 16, 15, 14, 12, 10, 8, 6, 5, 4])
        let long = try Self.widths(from: 32, to: 8, rounds: 1000)
        #expect([0, 100, 250, 333, 500, 666, 750, 900, 999].map { long[$0] } == [32, 31, 28, 26, 20, 14, 12, 9, 8])
        #expect(long.reduce(0, +) == 20_012)
        let medical = try Self.widths(from: 32, to: 12, rounds: 100)
        #expect([0, 10, 25, 33, 50, 66, 75, 90, 99].map { medical[$0] } == [32, 32, 29, 27, 22, 17, 15, 12, 12])
        #expect(medical.reduce(0, +) == 2_210)
    }

    /// 9 and 2 bits meet at 5.5 in the middle, 4 bits apart give quarter points at a third.
    @Test func tiesRoundToEven() throws {
        #expect(try Self.widths(from: 9, to: 2, rounds: 2)[1] == 6)
        #expect(try Self.widths(from: 7, to: 2, rounds: 2)[1] == 4)
        // 3 + 6 · 3/4 = 7.5 and 3 + 6 / 4 = 4.5.
        #expect(try Self.widths(from: 9, to: 3, rounds: 3) == [9, 8, 4])
    }

    @Test func schedulesNeverRise() throws {
        for rounds in [1, 2, 7, 100, 3001] {
            let widths = try Self.widths(from: 32, to: 2, rounds: rounds)
            #expect(widths[0] == 32)
            #expect(zip(widths, widths.dropFirst()).allSatisfy { $0.0 >= $0.1 })
        }
    }

    @Test func roundsOutsideAndRisingSchedulesAreRefused() throws {
        let (wide, narrow) = (try BitWidth(8), try BitWidth(4))
        let schedule = BitWidthSchedule.cosine(from: wide, to: narrow, rounds: 10)
        for round in [-1, 10, .max, .min] {
            #expect(throws: QuantizationError.invalidSchedule) { try schedule.width(round: round) }
        }
        for bad in [
            BitWidthSchedule.cosine(from: narrow, to: wide, rounds: 10),
            .cosine(from: wide, to: narrow, rounds: 0), .cosine(from: wide, to: narrow, rounds: .max),
        ] {
            #expect(throws: QuantizationError.invalidSchedule) { try bad.validate() }
            #expect(throws: QuantizationError.invalidSchedule) { try bad.width(round: 0) }
        }
        #expect(try BitWidthSchedule.constant(wide).width(round: 12_345) == wide)
        #expect(throws: QuantizationError.invalidSchedule) { try BitWidthSchedule.constant(wide).width(round: -1) }
        let longest = BitWidthSchedule.cosine(from: wide, to: narrow, rounds: BitWidthSchedule.roundCountMax)
        #expect(try longest.width(round: BitWidthSchedule.roundCountMax - 1) == narrow)
    }
}
