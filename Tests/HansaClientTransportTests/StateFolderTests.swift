import Foundation
import HansaClient
import HansaCore
import Testing

@testable import HansaClientTransport

/// What survives on a device's disk, and who may use it.
@Suite struct StateFolderTests {
    let folder: TemporaryFolder
    private var path: String { folder.path + "/state" }

    init() throws { folder = try TemporaryFolder() }

    @Test func recordsSurviveTheProcess() throws {
        let records = try (1...3).map { try LoopWork(round: $0).record([UInt8(truncatingIfNeeded: $0)]) }
        do {
            var state = try StateFolder(path: path)
            for record in records.reversed() { try state.write(record) }
        }
        var state = try StateFolder(path: path)
        let found = try state.records()
        #expect(found.records == records)
        #expect(found.damagedCount == 0)
        #expect(try folder.names(in: "state/outbox") == ["1-0-3-0.rec", "2-0-3-0.rec", "3-0-3-0.rec"])
    }

    @Test func aDamagedRecordIsMovedAsideAndTheOthersStay() throws {
        let good = try LoopWork(round: 2).record([2])
        do {
            var state = try StateFolder(path: path)
            try state.write(try LoopWork(round: 1).record([1, 2, 3, 4]))
            try state.write(good)
        }
        let torn = try folder.bytes(of: "state/outbox/1-0-3-0.rec").dropLast()
        try folder.write(Array(torn), to: "state/outbox/1-0-3-0.rec")
        // A whole record under another's name is damage too.
        try folder.write(good.bytes, to: "state/outbox/4-0-3-0.rec")
        // What a crash left before the rename is nothing.
        try folder.write([1, 2], to: "state/outbox/5-0-3-0.rec.tmp")
        var state = try StateFolder(path: path)
        let found = try state.records()
        #expect(found.records == [good])
        #expect(found.damagedCount == 2)
        #expect(try folder.names(in: "state/aside") == ["1-0-3-0.rec", "4-0-3-0.rec"])
        #expect(try state.records().damagedCount == 0)
    }

    @Test func aSecondProcessIsRefused() throws {
        let first = try StateFolder(path: path)
        #expect(throws: StateError.inUse(path: path)) { _ = try StateFolder(path: path) }
        _ = consume first
        _ = try StateFolder(path: path)
    }

    @Test func aFolderOpenToOthersIsRefused() throws {
        do { _ = try StateFolder(path: path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: path)
        #expect(throws: StateError.isReadable(path: path)) { _ = try StateFolder(path: path) }
    }

    @Test func nothingInItIsOpenToOthers() throws {
        var state = try StateFolder(path: path)
        let record = try LoopWork().record([1])
        try state.write(record)
        try state.settle(
            JournalEntry(
                assignment: record.assignment,
                payloadDigest: record.update.report.payloadDigest,
                answer: .accepted
            )
        )
        try state.write(record)
        for name in ["", "/outbox", "/aside", "/journal", "/lock", "/outbox/1-0-3-0.rec"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + name)
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(name)")
        }
    }

    @Test func anotherRunMovesTheRecordsAside() throws {
        var state = try StateFolder(path: path)
        #expect(try state.begin(RunID(high: 1, low: 1)) == 0)
        try state.write(try LoopWork().record([1]))
        #expect(try state.begin(RunID(high: 1, low: 1)) == 0)
        #expect(try state.records().records.count == 1)
        #expect(try state.begin(RunID(high: 1, low: 2)) == 1)
        #expect(try state.records().records.isEmpty)
        #expect(StateFolder.run(of: path) == "00000000000000010000000000000002")
    }
}
