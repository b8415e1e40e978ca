import Foundation
import HansaCoordinator
import HansaCore
import HansaResults
import Testing

@testable import HansaStore

/// Large payloads from the spool to the segment's folder: no second copy, and nothing left behind.
@Suite("A payload in a file of its own")
struct PayloadFileTests {
    /// A spooled payload and the update that it belongs to.
    private func spooled(
        _ folder: TemporaryFolder,
        client: UInt32 = 0
    ) throws -> (update: StoredUpdate, payload: SpooledPayload) {
        let update = try TestRun().update(client: client, payload: FileSpoolTests.large).update
        let spool = try FileSpool(stateFolder: folder.path)
        let id = update.report.assignment
        try FileSpoolTests.start(spool, FileSpoolTests.large, count: FileSpoolTests.large.count, id: id)
        return (update, try #require(try spool.take(id, digest: update.report.payloadDigest)))
    }

    private func names(_ folder: TemporaryFolder, in inner: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + inner).sorted()
    }

    @Test("is hashed on its way, unless its pieces come out of order")
    func digests() throws {
        let folder = TemporaryFolder()
        #expect(try spooled(folder).payload.digest == FileSpoolTests.digest(FileSpoolTests.large))
        let spool = try FileSpool(stateFolder: folder.path)
        let id = FileSpoolTests.id()
        try FileSpoolTests.start(spool, FileSpoolTests.large, count: 150_000, id: id)
        let digest = FileSpoolTests.digest(FileSpoolTests.large)
        for start in [100_000, 150_000] {
            let piece = Array(FileSpoolTests.large[start..<start + 50_000])
            #expect(try spool.append(id, digest: digest, offset: UInt64(start), bytes: piece))
        }
        let taken = try #require(try spool.take(id, digest: digest))
        #expect(taken.digest == nil)
        #expect(taken.bytes == FileSpoolTests.large)
    }

    @Test("is taken over by the store, recovered from there, and gone with its round")
    func isTakenOver() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [run.update(client: 1, payload: [7])])
        let (update, payload) = try spooled(folder)
        let id = update.report.assignment
        do {
            let store = try DurableStore(folder: folder.path)
            try store.append([(update, payload.bytes)], files: [id: try #require(payload.file)])
            #expect(try names(folder, in: "spool") == [])
            #expect(try names(folder, in: "segments") == ["1-0-0-0.payload", "1-0.segment"])
            #expect(try folder.bytes(of: "segments/1-0.segment").count < 10_000)
        }
        try recoverAndAbort(folder, id)
        #expect(try names(folder, in: "segments") == [])
    }

    /// The store of a new process, closed on return.
    private func recoverAndAbort(_ folder: TemporaryFolder, _ id: AssignmentID) throws {
        let store = try DurableStore(folder: folder.path)
        #expect(try store.payload(of: id) == FileSpoolTests.large)
        #expect(try store.recover(configurationDigest: TestRun.configuration)?.progress?.updates.count == 2)
        try store.verify()
        try store.close(RoundClosing(round: 1, attempt: 0, accepted: [], abort: .belowQuorum))
        try store.recordAbort(
            ParticipationRecord(
                round: 1,
                attempt: 0,
                population: 4,
                selected: [0, 1, 2, 3],
                accepted: [],
                outcome: .aborted(.belowQuorum)
            )
        )
        try store.deletePayloads(round: 1, attempt: 0)
    }

    @Test("is removed where nobody takes it over, also by the next process")
    func isRemoved() throws {
        let folder = TemporaryFolder()
        do { _ = try spooled(folder) }
        #expect(try names(folder, in: "spool") == [])
        // What a process leaves that dies before the store has it, and after it has it but before the row.
        let run = try TestRun()
        try run.fill(folder.path, updates: [])
        try folder.write([1], to: "spool/1-0-0-0-\(TestRun.configuration.hexadecimal).part.1.taken")
        try folder.write([1], to: "segments/1-0-2-0.payload")
        _ = try FileSpool(stateFolder: folder.path)
        _ = try DurableStore(folder: folder.path)
        #expect(try names(folder, in: "spool") == [])
        #expect(try names(folder, in: "segments") == [])
    }

    @Test("damaged, cut or gone, is found")
    func damage() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [])
        let (update, payload) = try spooled(folder)
        let id = update.report.assignment
        try DurableStore(folder: folder.path).append(
            [(update, payload.bytes)],
            files: [id: try #require(payload.file)]
        )
        let name = "segments/1-0-0-0.payload"
        let good = try folder.bytes(of: name)
        var flipped = good
        flipped[100_000] ^= 1
        for bytes in [flipped, Array(good.dropLast()), good + [0], []] {
            try folder.write(bytes, to: name)
            #expect(throws: StoreError.self) { try DurableStore(folder: folder.path).payload(of: id) }
            #expect(throws: StoreError.self) { try StateReader(folder: folder.path).verify() }
        }
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        #expect(throws: StoreError.self) { try DurableStore(folder: folder.path).payload(of: id) }
    }
}
