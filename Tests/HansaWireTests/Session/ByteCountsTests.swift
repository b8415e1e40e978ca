import HansaCore
import HansaWire
import Testing

@Suite struct ByteCountsTests {
    @Test func eachClassIsCountedApart() {
        var counts = ByteCounts()
        counts.add(1, as: .training)
        counts.add(20, as: .liveness)
        counts.add(300, as: .repeated)
        counts.add(4, as: .training)
        #expect(counts == ByteCounts(training: 5, liveness: 20, repeated: 300))
        #expect(counts.total == 325)
        counts += ByteCounts(training: 1, liveness: 1, repeated: 1)
        #expect(counts == ByteCounts(training: 6, liveness: 21, repeated: 301))
    }

    @Test func countsThatCannotBeDoNotStopTheProgram() {
        var counts = ByteCounts(training: .max)
        counts.add(-5, as: .training)
        #expect(counts.training == .max)
        counts.add(1, as: .training)
        #expect(counts.training == 0)
    }

    @Test("a run's bytes have its high half first, big-endian")
    func runBytes() throws {
        let run = RunID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
        #expect(run.wireBytes == Array(1...16))
        #expect(RunID(wireBytes: Array(1...16)) == run)
        #expect(RunID(wireBytes: Array(1...15)) == nil)
        #expect(RunID(wireBytes: Array(1...17)) == nil)
    }

    @Test("both nonces, and their order, make the session's number")
    func sessionNumber() {
        let first = [UInt8](repeating: 1, count: 32)
        let second = [UInt8](repeating: 2, count: 32)
        let numbers = Set([
            SessionID.make(clientNonce: first, serverNonce: second),
            SessionID.make(clientNonce: second, serverNonce: first),
            SessionID.make(clientNonce: first, serverNonce: first),
        ])
        #expect(numbers.count == 3)
    }
}
