import HansaCore
import HansaWire
import Testing

@Suite struct ExchangeLogTests {
    private func id(_ round: UInt32, client: UInt32 = 0, fence: UInt32 = 0) -> AssignmentID {
        AssignmentID(round: round, attempt: 0, client: ClientID(client), fence: fence)
    }

    /// What the log answers to one exchange after the other.
    private func answers(_ log: inout ExchangeLog, _ exchanges: [(ExchangeKind, AssignmentID)]) -> [Bool] {
        exchanges.map { log.begin($0.0, $0.1) }
    }

    @Test("each exchange of each assignment has one first time")
    func firstTimes() {
        var log = ExchangeLog()
        for kind in ExchangeKind.allCases {
            let answers = answers(
                &log,
                [(kind, id(1)), (kind, id(1)), (kind, id(1, fence: 1)), (kind, id(1, client: 1)), (kind, id(1))]
            )
            #expect(answers == [false, true, false, false, true])
        }
        #expect(log.assignmentCount == 3)
    }

    @Test("the newest round and the one before are held, older ones were begun before")
    func rounds() {
        var log = ExchangeLog()
        let early = answers(&log, [(.work, id(1)), (.work, id(2)), (.work, id(1)), (.upload, id(1)), (.work, id(3))])
        #expect(early == [false, false, true, false, false])
        #expect(log.assignmentCount == 2)
        // Round 1 is too old to be told apart.
        #expect(answers(&log, [(.model, id(1)), (.work, id(2))]) == [true, true])
        let late = answers(&log, [(.work, id(.max)), (.work, id(.max - 1)), (.work, id(0)), (.work, id(3))])
        #expect(late == [false, false, true, true])
        #expect(log.assignmentCount == 2)
    }

    @Test("no more than its limit is held")
    func limit() {
        var log = ExchangeLog()
        for fence in 0..<1_000 {
            let id = id(1, fence: UInt32(fence))
            #expect(answers(&log, [(.work, id), (.work, id)]) == [false, true])
            #expect(log.assignmentCount <= ExchangeLog.assignmentCountMax)
        }
    }
}
