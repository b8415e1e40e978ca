import NIOCore
import Testing

@testable import HansaServerTransport

@Suite("Parts of a session")
struct SessionPartTests {
    @Test("A question waits for the answer to the one before, unless that one lets others pass")
    func questionsInOrder() {
        let queue = QuestionQueue()
        var asked: [String] = []
        queue.add { asked.append("withdrawal") }
        queue.add {
            asked.append("work")
            queue.answered()
        }
        queue.add { asked.append("upload") }
        queue.add { asked.append("last") }
        #expect(asked == ["withdrawal"])
        queue.answered()
        #expect(asked == ["withdrawal", "work", "upload"])
        queue.answered()
        #expect(asked.last == "last")
        queue.answered()
        queue.add { asked.append("later") }
        #expect(asked.last == "later")
    }

    @Test("Failing connections write so many lines a second, and then how many were left out")
    func logLines() {
        var budget = LogBudget()
        let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
        for _ in 0..<LogBudget.lineCountMax { #expect(budget.take(at: start) == 0) }
        for _ in 0..<7 { #expect(budget.take(at: start + .milliseconds(999)) == nil) }
        #expect(budget.take(at: start + .seconds(1)) == 7)
        #expect(budget.take(at: start + .seconds(1)) == 0)
    }
}
