import Foundation
import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy
import Testing

@testable import HansaClientTransport

@Suite("The device's privacy ledger")
struct PrivacyLedgerTests {
    let folder: TemporaryFolder
    private var path: String { folder.path + "/state" }

    init() throws { folder = try TemporaryFolder() }

    @Test("keeps what was spent over processes, for its owner alone")
    func survives() throws {
        try LedgerWork.answer(1...3, in: path)
        let before = try LedgerWork.totals(of: path)
        #expect(before.updateCount == 3)
        #expect(before.spending.noised.pureEpsilon == 1.5)
        #expect(try LedgerWork.totals(of: path) == before)
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/ledger")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(before.copyCount == 0 && before.contradictionCount == 0)
    }

    @Test("does not charge the same bytes twice, and charges noise drawn anew")
    func redraw() throws {
        let record = try LedgerWork.record(1)
        do {
            var state = try StateFolder(path: path)
            _ = try state.begin(LedgerWork.run)
            try state.write(record)
        }
        for _ in 0..<3 { #expect(try LedgerWork.totals(of: path).updateCount == 1) }
        // The record is lost, and the same work trained and noised again.
        try FileManager.default.removeItem(atPath: path + "/outbox/1-0-3-0.rec")
        do {
            var state = try StateFolder(path: path)
            try state.write(try LedgerWork.record(1, payload: [9, 9]))
        }
        #expect(try LedgerWork.totals(of: path).spending.noised.pureEpsilon == 1)
    }

    @Test("keeps the charge of a record that is damaged")
    func damagedRecord() throws {
        let name = "state/outbox/1-0-3-0.rec"
        do {
            var state = try StateFolder(path: path)
            _ = try state.begin(LedgerWork.run)
        }
        let begun = try folder.bytes(of: "state/ledger")
        var bytes = try LedgerWork.record(1).bytes
        bytes[bytes.count - 1] ^= 1
        try folder.write(bytes, to: name)
        // Its payload is damaged: what it costs can be read.
        do {
            var state = try StateFolder(path: path)
            #expect(state.ledger.totals.spending.noised.pureEpsilon == 0.5)
            #expect(try state.records().damagedCount == 1)
        }
        #expect(try LedgerWork.totals(of: path).spending.noised.pureEpsilon == 0.5)
        // Its head is damaged too, but its line was written before.
        try folder.write([0] + bytes.dropFirst(), to: name)
        #expect(try LedgerWork.totals(of: path).spending.unknownCount == 0)
        // There is no line: nobody knows what it costs, so nothing bounds it, once.
        try folder.write(begun, to: "state/ledger")
        for _ in 0..<2 {
            let spending = try LedgerWork.totals(of: path).spending
            #expect(spending.unknownCount == 1)
            #expect(spending.epsilon(delta: 1e-6) == .infinity)
        }
        // Another run's line for the same numbers stands for nothing here.
        do {
            var state = try StateFolder(path: path)
            _ = try state.records()
            _ = try state.begin(RunID(high: 7, low: 7))
        }
        try folder.write([0] + bytes.dropFirst(), to: name)
        #expect(try LedgerWork.totals(of: path).spending.unknownCount == 2)
    }

    @Test("sees every change of a byte, and does not work with a changed file")
    func everyByte() throws {
        try LedgerWork.answer(1...2, in: path)
        let whole = try folder.bytes(of: "state/ledger")
        #expect(LedgerContent(whole).brokenLine == nil && !LedgerContent(whole).isTorn)
        for index in whole.indices {
            for change: UInt8 in [0x01, 0x04, 0x20, 0x80, 0xFF, whole[index] ^ 0x0A, whole[index] ^ 0x30]
            where change != 0 {
                var changed = whole
                changed[index] ^= change
                #expect(LedgerContent(changed).brokenLine != nil, "byte \(index) ^ \(change)")
            }
        }
        // Lines taken out, repeated or put elsewhere.
        let lines = whole.split(separator: 0x0A).map { $0 + [0x0A] }
        for index in lines.indices.dropLast() {
            var fewer = lines
            fewer.remove(at: index)
            #expect(LedgerContent(Array(fewer.joined())).brokenLine != nil)
            var swapped = lines
            swapped.swapAt(index, index + 1)
            #expect(LedgerContent(Array(swapped.joined())).brokenLine != nil)
            #expect(LedgerContent(Array((lines + [lines[index]]).joined())).brokenLine != nil)
        }
        for index in [0, whole.count / 2, whole.count - 1] {
            var changed = whole
            changed[index] ^= 1
            try folder.write(changed, to: "state/ledger")
            let error = #expect(throws: StateError.self) { try LedgerWork.totals(of: path) }
            guard case .damagedLedger? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try !LedgerReport(folder: path, policy: .standard).isIntact)
        }
    }

    @Test("goes on behind a line that a power cut cut short, at every length")
    func torn() throws {
        try LedgerWork.answer(1...1, in: path)
        let before = try folder.bytes(of: "state/ledger")
        do {
            var state = try StateFolder(path: path)
            try state.write(try LedgerWork.record(2))
        }
        let after = try folder.bytes(of: "state/ledger")
        for count in before.count...after.count {
            // The file keeps its place, as after a power cut.
            let handle = try FileHandle(forWritingTo: URL(filePath: path + "/ledger"))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(after[..<count]))
            try handle.close()
            #expect(try LedgerWork.totals(of: path).spending.noised.pureEpsilon == 1)
            #expect(try folder.bytes(of: "state/ledger") == after)
        }
    }

    @Test("goes on in a new file without losing what was spent")
    func rotation() throws {
        try LedgerWork.answer(1...5, in: path)
        func open() throws -> PrivacyLedger {
            try PrivacyLedger.open(folder: path, answeredCount: 5, outbox: [], byteCountMax: 100)
        }
        var before = try LedgerWork.totals(of: path)
        do {
            var ledger = try open()
            try ledger.rotateIfLong()
            #expect(ledger.totals.spending == before.spending && ledger.totals.updateCount == 5)
            try ledger.charge(try LedgerWork.record(6))
        }
        before = try LedgerWork.totals(of: path)
        #expect(before.spending.noised.pureEpsilon == 3)
        #expect(before.copyCount == 0)
        #expect(try LedgerReport(folder: path, policy: .standard).isIntact)
        let old = try folder.bytes(of: "state/ledger.1")
        // A crash between the old one's new name and the new one's first line.
        try FileManager.default.removeItem(atPath: path + "/ledger")
        #expect(try open().totals.spending.noised.pureEpsilon == 2.5)
        #expect(try LedgerReport(folder: path, policy: .standard).isIntact)
        // A file before this one that is not the one it goes on from.
        try LedgerWork.answer(1...1, in: folder.path + "/other")
        try FileManager.default.removeItem(atPath: path + "/ledger.1")
        try LedgerWork.copy(folder.path + "/other/ledger", to: path + "/ledger.1")
        #expect(try !LedgerReport(folder: path, policy: .standard).isIntact)
        #expect(old != (try folder.bytes(of: "state/ledger.1")))
    }

    @Test("knows that lines are missing where the journal has more answers")
    func missingLines() throws {
        try LedgerWork.answer(1...2, in: path)
        let early = try folder.bytes(of: "state/ledger")
        try LedgerWork.answer(3...4, in: path)
        try folder.write(early, to: "state/ledger")
        for _ in 0..<2 {
            let totals = try LedgerWork.totals(of: path)
            #expect(totals.spending.unknownCount == 2)
            #expect(totals.updateCount == 4)
        }
        // No ledger at all is the same.
        try FileManager.default.removeItem(atPath: path + "/ledger")
        let state = try StateFolder(path: path)
        #expect(state.ledger.totals.spending.unknownCount == 4)
        #expect(state.ledger.notes.count == 1)
    }

    @Test("notices that the folder was copied, and says so once")
    func copied() throws {
        try LedgerWork.answer(1...2, in: path)
        let other = folder.path + "/other"
        try LedgerWork.copy(path, to: other)
        do {
            let state = try StateFolder(path: other)
            #expect(state.ledger.totals.copyCount == 1)
            #expect(state.ledger.notes.first?.warning.string.contains("copied or restored") == true)
        }
        #expect(try StateFolder(path: other).ledger.notes.isEmpty)
        #expect(try LedgerWork.totals(of: path).copyCount == 0)
    }

    @Test("writes down what the coordinator's words contradict, once")
    func contradictions() throws {
        try LedgerWork.answer(4...4, in: path)
        let id = try LedgerWork.record(3).assignment
        var state = try StateFolder(path: path)
        let isEarlier = state.ledger.isEarlier(id)
        #expect(isEarlier)
        let isSameEarlier = state.ledger.isEarlier(try LedgerWork.record(4).assignment)
        #expect(!isSameEarlier)
        for note: DeviceLedgerNote in [.earlierRound, .unknownWork, .conflict] {
            let news = [try state.noteContradiction(.note(note, id)), try state.noteContradiction(.note(note, id))]
            #expect(news == [true, false])
        }
        #expect(state.ledger.totals.contradictionCount == 3)
        // Another update of ours is out there, whose line is lost.
        #expect(state.ledger.totals.spending.unknownCount == 1)
        _ = try state.begin(RunID(high: 9, low: 9))
        let isEarlierInAnotherRun = state.ledger.isEarlier(id)
        #expect(!isEarlierInAnotherRun)
    }

    @Test("is shown in words and for programs, and says what seeded noise is worth")
    func report() throws {
        #expect(try LedgerReport(folder: path, policy: .standard).text.string.contains("nothing was sent yet"))
        try LedgerWork.answer(1...2, in: path)
        var policy = ClientPolicy.standard
        policy.epsilonMax = 8
        let plain = try LedgerReport(folder: path, policy: policy)
        for words in [
            "round 2: discrete Laplace noise of scale 64, against everyone", "epsilon     1 in all", "allowed     8",
        ] {
            #expect(plain.text.string.contains(words), "\(plain.text.string)")
        }
        do {
            var state = try StateFolder(path: path)
            try state.write(try LedgerWork.record(3, charge: LedgerWork.charge(source: .seeded)))
        }
        let seeded = try LedgerReport(folder: path, policy: policy)
        #expect(seeded.text.string.contains("epsilon     none (seeded noise; would be 1.5) in all"))
        do {
            var state = try StateFolder(path: path)
            try state.write(try LedgerWork.record(4, charge: .unbounded))
        }
        let open = try LedgerReport(folder: path, policy: policy)
        #expect(open.text.string.contains("epsilon     unbounded in all"))
        let lines = open.json.string.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix(#"{"event":"charge","#) }.count == 4)
        #expect(lines.last?.contains(#""chain":"intact""#) == true)
        for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }

    private func reported(_ policy: ClientPolicy = .standard) throws -> LedgerReport {
        try LedgerReport(folder: path, policy: policy)
    }

    private func expectUnknown(_ words: String) throws {
        let report = try reported()
        #expect(!report.isIntact)
        #expect(report.text.string.contains("epsilon     unknown in all"), "\(report.text.string)")
        #expect(report.text.string.contains(words), "\(report.text.string)")
        let last = try #require(report.json.string.split(separator: "\n").last)
        for field in [#""epsilon":"unknown""#, #""rho":"unknown""#, #""pure":"unknown""#] {
            #expect(last.contains(field), "\(last)")
        }
    }

    @Test("names no epsilon where a line is not the one that was written")
    func damageIsUnknown() throws {
        try LedgerWork.answer(1...2, in: path)
        var bytes = try folder.bytes(of: "state/ledger")
        bytes[10] ^= 1
        try folder.write(bytes, to: "state/ledger")
        try expectUnknown("line 1 of ledger")
        #expect(StateError.damagedLedger(path: "p", line: 1).message.contains("ledger.damaged"))
        // Renamed, as the message says: what was sent is a gap from then on, and no limit is kept by what is left.
        try FileManager.default.moveItem(atPath: path + "/ledger", toPath: path + "/ledger.damaged")
        try expectUnknown("no ledger, and the journal has 2")
        #expect(try LedgerWork.totals(of: path).spending.gapCount == 2)
        #expect(try reported().isIntact)
        // Also where the journal has nothing.
        for name in ["journal", "ledger"] { try FileManager.default.removeItem(atPath: path + "/" + name) }
        #expect(try LedgerWork.totals(of: path).spending.gapCount == 1)
    }

    @Test("names no epsilon where the journal has more than its lines")
    func contradictedByTheJournal() throws {
        try LedgerWork.answer(1...3, in: path)
        let whole = try folder.bytes(of: "state/ledger")
        // A last line cut short, whose record was answered: nothing writes it again.
        try folder.write(Array(whole.dropLast(5)), to: "state/ledger")
        try expectUnknown("the ledger has 2 updates, and the journal 3")
        // A line taken out, the chain made anew, and as many updates as the journal has.
        var chain = LedgerContent(whole).previousChain
        var rewritten: [UInt8] = []
        let other = DeviceLedgerEntry.charged(DeviceLedgerCharge(try LedgerWork.record(9))).bytes
        var entries = LedgerContent(whole).entries
        entries[entries.count - 1] = other
        for entry in entries {
            chain = DeviceLedgerLine.chain(entry, after: chain)
            rewritten += DeviceLedgerLine.bytes(entry, chain: chain)
        }
        try folder.write(rewritten, to: "state/ledger")
        #expect(LedgerContent(rewritten).brokenLine == nil)
        try expectUnknown("1 answered updates that the ledger has no line for")
    }

    @Test("counts a record that has no line yet")
    func pendingRecord() throws {
        try LedgerWork.answer(1...1, in: path)
        try folder.write(LedgerWork.record(2).bytes, to: "state/outbox/2-0-3-0.rec")
        let report = try reported()
        #expect(report.isIntact)
        #expect(report.text.string.contains("epsilon     1 in all"), "\(report.text.string)")
        #expect(report.json.string.contains(#""pending":1,"#))
    }

    @Test("keeps no limit after a copy, until the owner says how many gaps are known")
    func limitAfterCopy() throws {
        try LedgerWork.answer(1...2, in: path)
        let copy = folder.path + "/other"
        try LedgerWork.copy(path, to: copy)
        let spending = try LedgerWork.totals(of: copy).spending
        #expect(spending.gapCount == 1)
        var policy = ClientPolicy.standard
        policy.epsilonMax = 8
        #expect(try LedgerReport(folder: copy, policy: policy).text.string.contains("1 gaps, accept-gaps = 0"))
        policy.gapCountMax = 1
        #expect(try !LedgerReport(folder: copy, policy: policy).text.string.contains("forbidden"))
    }
}
