import HansaAggregation
import HansaResults
import Testing

@testable import HansaSimulation

@Suite("Console")
struct ConsoleTests {
    @Test("Figures are rounded and named as people read them")
    func figures() {
        #expect(Figures.bytes(0) == "0 B")
        #expect(Figures.bytes(999) == "999 B")
        #expect(Figures.bytes(1_234) == "1.23 kB")
        #expect(Figures.bytes(999_960) == "1.00 MB")
        #expect(Figures.bytes(796_840_000) == "796.8 MB")
        #expect(Figures.duration(0) == "0:00")
        #expect(Figures.duration(59.2) == "1:00")
        #expect(Figures.duration(3_725) == "1:02:05")
        #expect(Figures.duration(.infinity) == "-")
        #expect(Figures.decimal(0.99996, places: 4) == "1.0000")
        #expect(Figures.decimal(-0.00001, places: 4) == "0.0000")
        #expect(Figures.decimal(.nan, places: 2) == "nan")
    }

    @Test("A bar is as wide as asked for, whatever its share", arguments: [-1, 0, 0.013, 0.5, 0.999, 1, 7, .nan])
    func bars(_ share: Double) {
        #expect(Terminal.bar(share, width: 16).count == 16)
    }

    @Test("The nearest name is one that a slip of the fingers explains")
    func nearestNames() {
        #expect(NearestName.of("cohrt", among: ["cohort", "quorum"]) == "cohort")
        #expect(NearestName.of("hcoort", among: ["cohort", "quorum"]) == "cohort")
        #expect(NearestName.of("something", among: ["cohort", "quorum"]) == nil)
        #expect(NearestName.of("x", among: ["l1", "l2"]) == nil)
        #expect(NearestName.distance("ab", "ba") == 1)
        #expect(NearestName.distance("", "abc") == 3)
        #expect(NearestName.distance("kitten", "sitting") == 3)
    }

    @Test("The line of progress tells round, accuracy, loss, bytes, rate and time left")
    func progress() {
        let line = RoundMetrics(
            round: 12,
            attempt: 0,
            outcome: "committed",
            selectedCount: 10,
            acceptedCount: 10,
            accuracy: 0.875,
            loss: 0.5,
            bytesDown: 0,
            bytesUp: 1,
            floatBytesUp: 4,
            bitWidth: 8,
            seconds: 1
        )
        func text(width: Int?) -> String {
            RunDisplay.text(
                line,
                roundCount: 60,
                bytesUp: 123_400_000,
                doneRounds: 12,
                trained: (0, 0),
                seconds: 6,
                width: width
            )
        }
        #expect(text(width: nil) == "round 12/60  accuracy 0.8750  loss 0.5000  up 123.4 MB  2.00 rounds/s  0:24 left")
        #expect(text(width: 79) == "round 12/60 |█▋      | acc 0.8750 loss 0.5000 up 123.4 MB 2.00/s 0:24 left")
        #expect(text(width: 79).count <= 79)
        #expect(text(width: 120).contains("|███▎            |"))
    }
}
