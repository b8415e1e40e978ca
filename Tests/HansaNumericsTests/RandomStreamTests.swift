import HansaNumerics
import Testing

/// The known answers are Random123's `kat_vectors` for philox4x32 with ten rounds.
@Suite struct RandomStreamTests {
    @Test func philoxGivesThePublishedAnswers() {
        let ones = UInt32.max
        #expect(
            RandomStream.philox((0, 0, 0, 0), (0, 0)) == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
        )
        #expect(
            RandomStream.philox((ones, ones, ones, ones), (ones, ones))
                == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
        )
        #expect(
            RandomStream.philox(
                (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                (0xa409_3822, 0x299f_31d0)
            ) == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
        )
    }

    @Test func aStreamStartsWithTheBlockOfItsAddress() {
        var stream = RandomStream(seed: 0x1_0000_0002, round: 5, client: 7, purpose: .faults, attempt: 3)
        let expected = RandomStream.philox((0, UInt32(RandomPurpose.faults.rawValue) << 24 | 3, 5, 7), (2, 1))
        #expect((stream.next32(), stream.next32(), stream.next32(), stream.next32()) == expected)
    }

    @Test func everyPartOfTheAddressOpensAnotherStream() {
        var words = Set<UInt64>()
        for seed in UInt64(0)..<3 {
            for round in UInt32(0)..<3 {
                for client in UInt32(0)..<3 {
                    for purpose in RandomPurpose.allCases {
                        for attempt in UInt32(0)..<2 {
                            var stream = RandomStream(
                                seed: seed,
                                round: round,
                                client: client,
                                purpose: purpose,
                                attempt: attempt
                            )
                            words.insert(stream.next64())
                        }
                    }
                }
            }
        }
        #expect(words.count == 27 * RandomPurpose.allCases.count * 2)
    }

    /// χ² with 6 degrees of freedom exceeds 35 with probability below 5e-6.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func boundedDrawsAreUniform(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .selection)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[Int(stream.next(below: 7))] += 1 }
        let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
        #expect(chiSquare < 35)
    }

    @Test func aShuffleKeepsTheElements() {
        var stream = RandomStream(seed: 9, purpose: .shuffling)
        var values = Array(0..<100)
        stream.shuffle(&values)
        #expect(values != Array(0..<100))
        #expect(values.sorted() == Array(0..<100))
    }
}
