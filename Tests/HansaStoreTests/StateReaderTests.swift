import GRDB
import HansaCoordinator
import HansaCore
import HansaResults
import Testing

@testable import HansaStore

@Suite("Looking at a state folder")
struct StateReaderTests {
    private let run: TestRun

    init() throws { run = try TestRun() }

    /// A run with a committed round, one that was given up, and one in progress with two updates.
    private func fill(_ path: String) throws {
        let store = try DurableStore(folder: path)
        var ledger = TestRun.ledger
        try store.keepRoster(["north", "east", "south", "west"])
        try store.create(run: TestRun.run, configurationDigest: TestRun.configuration, initial: run.checkpoint())
        try store.open(run.opening())
        for client in [2, 0, 1] as [UInt32] {
            try store.append([run.update(client: client, payload: [1, 2, UInt8(client)])])
        }
        let accepted = [0, 2].map { AssignmentID(round: 1, attempt: 0, client: ClientID($0), fence: 0) }
        try store.close(RoundClosing(round: 1, attempt: 0, accepted: accepted))
        try store.recordRelease(
            ReleaseEntry(round: 1, attempt: 0, version: 1, planDigest: TestRun.configuration, noise: .none),
            ledger: try TestRun.lines(&ledger, round: 1, version: 1, clients: [0, 2])
        )
        let next = run.checkpoint(version: 1, round: 1)
        try store.writeCheckpoint(next)
        try store.makeCurrent(
            version: 1,
            participation: record(
                round: 1,
                accepted: [0, 2],
                .committed(version: 1, digest: next.modelDigest.hexadecimal)
            )
        )
        try store.deletePayloads(round: 1, attempt: 0)
        try openNext(store, round: 2, attempt: 0, clients: [3])
        try store.close(RoundClosing(round: 2, attempt: 0, accepted: [], abort: .belowQuorum))
        try store.recordAbort(record(round: 2, accepted: [], .aborted(.belowQuorum)))
        try store.deletePayloads(round: 2, attempt: 0)
        try openNext(store, round: 2, attempt: 1, clients: [0, 3])
    }

    private func openNext(_ store: DurableStore, round: UInt32, attempt: UInt32, clients: [UInt32]) throws {
        var opening = run.opening(round: round)
        opening.attempt = attempt
        opening.modelVersion = 1
        try store.open(opening)
        for client in clients {
            let payload = [UInt8](repeating: UInt8(client), count: 40)
            let report = UpdateReport(
                assignment: AssignmentID(round: round, attempt: attempt, client: ClientID(client), fence: 0),
                planDigest: TestRun.configuration,
                sampleCount: 3,
                payloadDigest: SHA256Digest(hashing: payload)
            )
            try store.append([(StoredUpdate(report: report, weight: 3), payload)])
        }
    }

    private func record(
        round: UInt32,
        accepted: [UInt32],
        _ outcome: ParticipationRecord.Outcome
    ) -> ParticipationRecord {
        ParticipationRecord(
            round: round,
            attempt: 0,
            population: 4,
            selected: [0, 1, 2, 3],
            accepted: accepted,
            outcome: outcome
        )
    }

    @Test("finds a good one good, and changes nothing of it")
    func good() throws {
        let folder = TemporaryFolder()
        try fill(folder.path)
        let before = try folder.contents().filter { !$0.key.hasSuffix("-shm") && !$0.key.hasSuffix("-wal") }
        let report = try StateReader(folder: folder.path).verify()
        #expect(report.version == 1 && report.committedCount == 1 && report.abortedCount == 1)
        #expect(report.contributionCount == 6 && report.countedCount == 2)
        #expect(report.payloadCount == 2 && report.checkpointCount == 2)
        #expect(report.run == TestRun.run && report.restartCount == 0)
        #expect(report.modelDigest == run.checkpoint(version: 1, round: 1).modelDigest)
        let after = try folder.contents().filter { !$0.key.hasSuffix("-shm") && !$0.key.hasSuffix("-wal") }
        #expect(after == before)
        let store = try DurableStore(folder: folder.path)
        #expect(store.restartCount == 1)
        try store.verify()
        #expect(throws: StoreError.locked(folder: folder.path)) { try StateReader(folder: folder.path) }
    }

    @Test("tells what became of every contribution, in order")
    func contributions() throws {
        let folder = TemporaryFolder()
        try fill(folder.path)
        let lines = try StateReader(folder: folder.path).contributions()
        #expect(
            lines.map { [$0.assignment.round, $0.assignment.attempt, $0.assignment.client.number] } == [
                [1, 0, 0], [1, 0, 1], [1, 0, 2], [2, 0, 3], [2, 1, 0], [2, 1, 3],
            ]
        )
        #expect(
            lines.map(\.verdict) == [
                .counted(version: 1), .notCounted(nil), .counted(version: 1), .notCounted(.belowQuorum), .pending,
                .pending,
            ]
        )
        #expect(lines.map(\.name) == ["north", "east", "south", "west", "north", "west"])
        #expect(lines.map(\.payloadByteCount) == [3, 3, 3, 40, 40, 40])
        #expect(lines[2].payloadDigest == SHA256Digest(hashing: [1, 2, 2]))
    }

    @Test(
        "finds rows that do not tell one story",
        arguments: [
            "DELETE FROM ledger", "UPDATE run SET current = 0", "DELETE FROM receipt WHERE client = 2",
            "DELETE FROM checkpoint WHERE version = 0; DELETE FROM participation WHERE round = 1",
            "INSERT INTO receipt VALUES (1, 0, 9, 0, zeroblob(32), 1)",
            "INSERT INTO receipt VALUES (7, 0, 1, 0, zeroblob(32), 1)",
            "UPDATE receipt SET payload = zeroblob(32) WHERE attempt = 1 AND client = 3",
            "UPDATE checkpoint SET model = zeroblob(32) WHERE version = 1",
            "UPDATE pending SET place = place + 1 WHERE client = 3", "DELETE FROM participation WHERE round = 2",
            "UPDATE ledger SET round = 9",
        ]
    )
    func stories(sql: String) throws {
        let folder = TemporaryFolder()
        try fill(folder.path)
        let queue = try DatabaseQueue(path: folder.path + "/hansa.sqlite")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
        #expect(throws: StoreError.self) { try StateReader(folder: folder.path).verify() }
    }

    @Test("finds a damaged or missing file", arguments: ["segments", "checkpoints"])
    func files(kind: String) throws {
        let folder = TemporaryFolder()
        try fill(folder.path)
        for name in try folder.contents().keys where name.hasPrefix(kind + "/") {
            let good = try folder.bytes(of: name)
            for index in [0, good.count / 2, good.count - 1] {
                var bytes = good
                bytes[index] ^= 1
                try folder.write(bytes, to: name)
                #expect(throws: StoreError.self, "\(name), \(index)") {
                    try StateReader(folder: folder.path).verify()
                }
            }
            try folder.write(good, to: name)
        }
        _ = try StateReader(folder: folder.path).verify()
    }

    @Test("refuses what is no state folder, and leaves it as it is")
    func absent() throws {
        let folder = TemporaryFolder()
        #expect(throws: StoreError.missing(what: "the folder \(folder.path)")) {
            try StateReader(folder: folder.path)
        }
        try run.fill(folder.path, updates: [])
        try folder.write([], to: "hansa.sqlite")
        #expect(throws: StoreError.missing(what: "\(folder.path)/hansa.sqlite")) {
            try StateReader(folder: folder.path)
        }
    }

    @Test("of the version before is brought to this one when its run goes on")
    func upgrade() throws {
        let folder = TemporaryFolder()
        try fill(folder.path)
        let queue = try DatabaseQueue(path: folder.path + "/hansa.sqlite")
        try queue.write {
            try $0.execute(
                sql: "ALTER TABLE receipt DROP COLUMN byte_count; DROP TABLE roster; DROP TABLE privacy; "
                    + "ALTER TABLE run DROP COLUMN unledgered; "
                    + "PRAGMA user_version = 1"
            )
        }
        try queue.close()
        #expect(throws: StoreError.self) { try StateReader(folder: folder.path) }
        var store: DurableStore? = try DurableStore(folder: folder.path)
        #expect(try store?.recover(configurationDigest: TestRun.configuration)?.progress?.updates.count == 2)
        store = nil
        let reader = try StateReader(folder: folder.path)
        _ = try reader.verify()
        #expect(try reader.contributions().map(\.payloadByteCount) == [nil, nil, nil, nil, nil, nil])
        #expect(try reader.contributions().map(\.name) == [nil, nil, nil, nil, nil, nil])
    }

    @Test("keeps the roster it began with")
    func roster() throws {
        let folder = TemporaryFolder()
        try fill(folder.path)
        for names in [["north", "east", "west", "south"], ["north", "east", "south"], []] {
            let store = try DurableStore(folder: folder.path)
            #expect(throws: StoreError.self) { try store.keepRoster(names) }
        }
        try DurableStore(folder: folder.path).keepRoster(["north", "east", "south", "west"])
    }
}
