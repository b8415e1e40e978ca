import Foundation
import HansaCore
import Testing

@testable import HansaClientTransport

/// The client's own ledger of contributions.
@Suite struct JournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func entry(_ round: UInt32, _ answer: SubmissionAnswer = .accepted) -> JournalEntry {
        JournalEntry(
            assignment: AssignmentID(round: round, attempt: 1, client: ClientID(2), fence: 3),
            payloadDigest: SHA256Digest(hashing: [UInt8(truncatingIfNeeded: round)]),
            answer: answer
        )
    }

    @Test func linesReadBackAsThemselves() {
        for answer in [.accepted] + RefusalReason.allCases.map({ SubmissionAnswer.refused($0) }) {
            let entry = Self.entry(.max, answer)
            #expect(JournalEntry(line: Array(entry.line.utf8)) == entry)
        }
    }

    @Test func aCutLineIsNotAnEntry() {
        let line = Array(Self.entry(1).line.utf8)
        for count in line.indices { #expect(JournalEntry(line: Array(line[..<count])) == nil, "\(count)") }
    }

    @Test func answersAreCountedOverProcesses() throws {
        do {
            var journal = try Journal(folder: folder.path)
            try journal.append(Self.entry(1))
            try journal.append(Self.entry(2, .refused(.roundClosed)))
        }
        var journal = try Journal(folder: folder.path)
        #expect(journal.totals == JournalTotals(acceptedCount: 1, refusedCount: 1))
        // The record of round 2 was still there after a crash, and is answered again.
        try journal.append(Self.entry(2, .refused(.roundClosed)))
        try journal.append(Self.entry(3))
        #expect(journal.totals == JournalTotals(acceptedCount: 2, refusedCount: 1))
        #expect(journal.totals.answeredCount == 3)
    }

    /// Runs number their rounds alike; an earlier run's answers must not hide a later one's.
    @Test func aSecondRunInTheSameFolderIsCounted() throws {
        var journal = try Journal(folder: folder.path)
        try journal.append(Self.entry(1))
        var other = Self.entry(1)
        other.payloadDigest = SHA256Digest(hashing: [7, 7])
        try journal.append(other)
        #expect(journal.totals.acceptedCount == 2)
        try journal.append(other)
        #expect(journal.totals.acceptedCount == 2)
        journal.runChanged()
        try journal.append(other)
        #expect(journal.totals.acceptedCount == 3)
    }

    @Test func aTornLineIsPassedOverAndWhatFollowsIsKept() throws {
        // Cut to "refused 2", which is an entry if one forgets that its end is missing.
        let torn = Self.entry(1).line + "\n" + Self.entry(2, .refused(.shuttingDown)).line.dropLast()
        try folder.write(Array(torn.utf8), to: "journal")
        do {
            var journal = try Journal(folder: folder.path)
            #expect(journal.totals == JournalTotals(acceptedCount: 1, refusedCount: 0))
            try journal.append(Self.entry(3))
        }
        #expect(try Journal(folder: folder.path).totals.acceptedCount == 2)
    }

    @Test func aLongJournalGoesOnInANewOne() throws {
        let line = Array((Self.entry(1).line + "\n").utf8)
        let count = (4 << 20) / line.count + 1
        try folder.write((0..<count).flatMap { _ in line }, to: "journal")
        do {
            var journal = try Journal(folder: folder.path)
            try journal.append(Self.entry(2, .refused(.busy)))
            #expect(journal.totals.answeredCount == UInt32(count + 1))
        }
        #expect(try folder.bytes(of: "journal").count < 1_000)
        #expect(try Journal(folder: folder.path).totals == JournalTotals(acceptedCount: UInt32(count), refusedCount: 1))
        // A crash between the old one's new name and the new one's first line.
        try FileManager.default.removeItem(atPath: folder.path + "/journal")
        #expect(try Journal(folder: folder.path).totals.acceptedCount == UInt32(count))
        #expect(try Journal(folder: folder.path).totals.acceptedCount == UInt32(count))
    }
}
