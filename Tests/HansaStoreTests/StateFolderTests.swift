import Foundation
import GRDB
import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaResults
import Testing

@testable import HansaStore

/// What a folder on disk survives, and what it is refused for.
@Suite("A state folder")
struct StateFolderTests {
    @Test("is held by one store at a time, and free when that one is gone")
    func oneStoreAtATime() throws {
        let folder = TemporaryFolder()
        do {
            let first = try DurableStore(folder: folder.path)
            #expect(throws: StoreError.locked(folder: folder.path)) { try DurableStore(folder: folder.path) }
            #expect(try first.recover(configurationDigest: TestRun.configuration) == nil)
        }
        #expect(try TestRun().recover(folder.path) == nil)
    }

    @Test("refuses a store whose fencing token another opening has counted up")
    func fencedOut() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        let store = try DurableStore(folder: folder.path)
        try store.create(run: TestRun.run, configurationDigest: TestRun.configuration, initial: run.checkpoint())
        try store.database.write { try $0.execute(sql: "UPDATE fence SET token = token + 1") }
        #expect(throws: StoreError.locked(folder: folder.path)) { try store.open(run.opening()) }
    }

    @Test("commits with a synced write-ahead log")
    func synchronousIsFull() throws {
        let folder = TemporaryFolder()
        let store = try DurableStore(folder: folder.path)
        #expect(try store.database.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        #expect(try store.database.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test("is readable by its owner alone")
    func permissions() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        let store = try DurableStore(folder: folder.path)
        try store.create(run: TestRun.run, configurationDigest: TestRun.configuration, initial: run.checkpoint())
        try store.open(run.opening())
        try store.append([run.update(client: 0, payload: [1])])
        for name in [""] + (try FileManager.default.subpathsOfDirectory(atPath: folder.path)) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
            #expect(mode == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }

    @Test("of a newer version is refused untouched")
    func tooNewIsUntouched() throws {
        let folder = TemporaryFolder()
        try TestRun().fill(folder.path, updates: [])
        var bytes = try folder.bytes(of: "hansa.sqlite")
        bytes[63] += 1
        try folder.write(bytes, to: "hansa.sqlite")
        let before = try folder.contents()
        #expect(throws: StoreError.tooNew(got: 4, supported: 3)) { try DurableStore(folder: folder.path) }
        #expect(try folder.contents() == before)
    }

    @Test("without its database is refused untouched")
    func orphanedFilesStay() throws {
        let folder = TemporaryFolder()
        try TestRun().fill(folder.path, updates: [])
        try FileManager.default.removeItem(atPath: folder.path + "/hansa.sqlite")
        let before = try folder.contents()
        #expect(throws: StoreError.self) { try DurableStore(folder: folder.path) }
        #expect(try folder.contents() == before)
    }

    @Test("that cannot be made is an I/O error that names it")
    func unwritableFolder() throws {
        let error = #expect(throws: StoreError.self) { try DurableStore(folder: "/proc/hansa-state") }
        guard case .io(let operation, _) = error else {
            return #expect(Bool(false), "got \(String(describing: error))")
        }
        #expect(operation.contains("/proc/hansa-state"))
    }

    @Test("refuses everything after a write failed")
    func failureIsFinal() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        let full = StoreError.io(operation: "sync", reason: "No space left on device")
        var isFull = false
        let store = try DurableStore(folder: folder.path) { write throws(StoreError) in
            if isFull, write == DurableWrite(kind: .payloads, moment: .after) { throw full }
        }
        try store.create(run: TestRun.run, configurationDigest: TestRun.configuration, initial: run.checkpoint())
        try store.open(run.opening())
        isFull = true
        #expect(throws: full) { try store.append([run.update(client: 0, payload: [1])]) }
        isFull = false
        #expect(throws: full) { try store.append([run.update(client: 0, payload: [1])]) }
        #expect(throws: full) {
            try store.payloadDigest(of: run.update(client: 0, payload: [1]).update.report.assignment)
        }
    }

    @Test("cuts the unacknowledged tail of a segment, wherever it is torn")
    func tornTailIsCut() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        let updates = [run.update(client: 0, payload: [1, 2, 3]), run.update(client: 1, payload: [4, 5])]
        try run.fill(folder.path, updates: [updates[0]])
        let segment = try folder.onlyFile(in: "segments")
        let durable = try folder.bytes(of: segment)
        // What the second append would have left, had the process died before its transaction.
        do {
            let store = try DurableStore(folder: folder.path) { write throws(StoreError) in
                if write == DurableWrite(kind: .receipts, moment: .before) { throw .crashed }
            }
            #expect(throws: StoreError.crashed) { try store.append([updates[1]]) }
        }
        let torn = try folder.bytes(of: segment)
        #expect(torn.count > durable.count && torn.starts(with: durable))
        try expectTailsCut(folder, run, updates, torn: torn, durable: durable, segment: segment)
    }

    /// Opens the folder with each cut of the last record and goes on from there.
    private func expectTailsCut(
        _ folder: TemporaryFolder,
        _ run: TestRun,
        _ updates: [(update: StoredUpdate, payload: [UInt8])],
        torn: [UInt8],
        durable: [UInt8],
        segment: String
    ) throws {
        for count in durable.count...torn.count {
            try folder.write(Array(torn[..<count]), to: segment)
            let store = try DurableStore(folder: folder.path)
            let recovered = try store.recover(configurationDigest: TestRun.configuration)
            #expect(recovered?.progress?.updates == [updates[0].update])
            #expect(try store.payload(of: updates[0].update.report.assignment) == updates[0].payload)
            #expect(try folder.bytes(of: segment) == durable)
        }
        let store = try DurableStore(folder: folder.path)
        try store.append([updates[1]])
        #expect(try store.payload(of: updates[1].update.report.assignment) == updates[1].payload)
        #expect(try folder.bytes(of: segment) == torn)
    }

    @Test("removes what a crash left over, and only that")
    func leftOversGo() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        try run.fill(folder.path, updates: [run.update(client: 0, payload: [1])])
        let before = Set(try folder.contents().keys)
        let name = "checkpoints/" + SHA256Digest(hashing: []).hexadecimal + ".safetensors"
        for leftOver in ["checkpoints/1.tmp", name, "segments/7-0.segment"] { try folder.write([1, 2], to: leftOver) }
        try folder.write([3], to: "checkpoints/notes.txt")
        _ = try run.recover(folder.path)
        #expect(Set(try folder.contents().keys) == before.union(["checkpoints/notes.txt"]))
    }

    @Test("holds a model of 10 MB")
    func largeModel() throws {
        let folder = TemporaryFolder()
        let run = try TestRun(parameterCount: 2_621_440)
        try run.fill(folder.path, updates: [])
        #expect(try run.recover(folder.path)?.checkpoint == run.checkpoint())
    }

    @Test("keeps the newest two checkpoints")
    func oldCheckpointsGo() throws {
        let folder = TemporaryFolder()
        let run = try TestRun()
        do {
            let store = try DurableStore(folder: folder.path)
            try store.create(run: TestRun.run, configurationDigest: TestRun.configuration, initial: run.checkpoint())
            var ledger = TestRun.ledger
            for round in UInt32(1)...5 { try commit(round, store, run, &ledger) }
        }
        // The store that is closed has removed what it let go of.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/checkpoints")
        #expect(names.count == DurableStore.checkpointCountKept)
        let store = try DurableStore(folder: folder.path)
        #expect(try store.recover(configurationDigest: TestRun.configuration)?.checkpoint.version == 5)
        try store.verify()
    }

    private func commit(
        _ round: UInt32,
        _ store: DurableStore,
        _ run: TestRun,
        _ ledger: inout LedgerState
    ) throws {
        var opening = run.opening(round: round)
        opening.modelVersion = UInt64(round - 1)
        let next = run.checkpoint(version: UInt64(round), round: round)
        try store.open(opening)
        try store.close(RoundClosing(round: round, attempt: 0, accepted: []))
        try store.recordRelease(
            ReleaseEntry(
                round: round,
                attempt: 0,
                version: next.version,
                planDigest: TestRun.configuration,
                noise: .none
            ),
            ledger: try TestRun.lines(&ledger, round: round, version: next.version, clients: [])
        )
        try store.writeCheckpoint(next)
        try store.makeCurrent(
            version: next.version,
            participation: ParticipationRecord(
                round: round,
                attempt: 0,
                population: 4,
                selected: [],
                accepted: [],
                outcome: .committed(version: next.version, digest: next.modelDigest.hexadecimal)
            )
        )
        try store.deletePayloads(round: round, attempt: 0)
    }
}
