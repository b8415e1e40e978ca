import Foundation
import GRDB
import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaResults

/// The store's statements: each function is one of them, or a few that belong together in one transaction.
enum StoreRows {
    /// A checkpoint that the database knows.
    struct CheckpointRow {
        var version: UInt64
        /// SHA-256 of the file, which is also its name.
        var file: SHA256Digest
        var model: SHA256Digest
    }

    /// An update that was made durable, in this round or an ended one.
    struct ReceiptRow {
        var assignment: AssignmentID
        /// SHA-256 of the payload.
        var payload: SHA256Digest
        /// The payload's bytes; nil where an older version did not note them.
        var byteCount: Int?
    }

    // MARK: The run

    static func insert(_ database: Database, run: RunID, configuration: SHA256Digest) throws {
        var name = ByteWriter()
        name.write(run.high)
        name.write(run.low)
        try database.execute(
            sql: "INSERT INTO run (id, name, configuration, current) VALUES (1, ?, ?, 0)",
            arguments: [Data(name.bytes), Data(configuration.bytes)]
        )
    }

    /// The version up to which models have no line in the privacy ledger: those of a Hansa that had none.
    static func unledgeredVersion(_ database: Database) throws -> UInt64 {
        guard let row = try Row.fetchOne(database, sql: "SELECT unledgered FROM run") else { return 0 }
        return try unsigned(row, "unledgered")
    }

    /// The run, and how far the store got with it.
    static func sequence(_ database: Database) throws -> (run: RunID?, sequence: StoreSequence) {
        var sequence = StoreSequence()
        guard let row = try Row.fetchOne(database, sql: "SELECT name, configuration, current FROM run") else {
            return (nil, sequence)
        }
        let run = try decode("the run's name", bytes(row, "name")) { (bytes) throws(ByteReaderError) in
            var reader = ByteReader(bytes)
            return RunID(high: try reader.readUInt64(), low: try reader.readUInt64())
        }
        sequence.configurationDigest = try digest(row, "configuration")
        sequence.currentVersion = try unsigned(row, "current")
        if let row = try Row.fetchOne(
            database,
            sql: "SELECT round, attempt FROM participation ORDER BY sequence DESC LIMIT 1"
        ) {
            sequence.ended = (try number(row, "round"), try number(row, "attempt"))
        }
        guard let opening = try opening(database) else { return (run, sequence) }
        var round = StoreSequence.Round(round: opening.round, attempt: opening.attempt)
        round.closing = try closing(database)
        round.releaseVersion = try release(database, opening)?.version
        let next = try checkpoints(database).first { $0.version > sequence.currentVersion }
        round.checkpointDigest = round.releaseVersion == nil ? nil : next?.model
        sequence.round = round
        return (run, sequence)
    }

    // MARK: Rounds

    static func insert(_ database: Database, opening: RoundOpening) throws {
        try database.execute(
            sql: "INSERT INTO progress (id, opening) VALUES (1, ?)",
            arguments: [Data(SealedBytes.seal(opening.recordBytes))]
        )
    }

    static func update(_ database: Database, closing: RoundClosing) throws {
        try database.execute(
            sql: "UPDATE progress SET closing = ?",
            arguments: [Data(SealedBytes.seal(closing.recordBytes))]
        )
    }

    static func insert(_ database: Database, release entry: ReleaseEntry) throws {
        try database.execute(
            sql: "INSERT INTO ledger (round, attempt, entry) VALUES (?, ?, ?)",
            arguments: [entry.round, entry.attempt, Data(SealedBytes.seal(entry.recordBytes))]
        )
    }

    /// Ends the round in progress: its updates' records go, their receipts stay.
    static func endRound(_ database: Database, participation: ParticipationRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try database.execute(
            sql: "INSERT INTO participation (round, attempt, record) VALUES (?, ?, ?)",
            arguments: [
                participation.round, participation.attempt,
                Data(SealedBytes.seal(Array(try encoder.encode(participation)))),
            ]
        )
        try database.execute(sql: "DELETE FROM pending")
        try database.execute(sql: "DELETE FROM progress")
    }

    static func progress(_ database: Database) throws -> RoundProgress? {
        guard let opening = try opening(database) else { return nil }
        let rows = try Row.fetchAll(database, sql: "SELECT record FROM pending ORDER BY sequence")
        return RoundProgress(
            opening: opening,
            updates: try rows.map(storedUpdate),
            closing: try closing(database),
            release: try release(database, opening)
        )
    }

    static func participation(_ database: Database) throws -> [ParticipationRecord] {
        let decoder = JSONDecoder()
        let sql = "SELECT round, attempt, record FROM participation ORDER BY sequence"
        return try Row.fetchAll(database, sql: sql).map { row in
            let bytes = try SealedBytes.open(bytes(row, "record"), what: "a participation record")
            let record = try decoder.decode(ParticipationRecord.self, from: Data(bytes))
            guard try number(row, "round") == record.round, try number(row, "attempt") == record.attempt else {
                throw damaged("the place of a participation record")
            }
            return record
        }
    }

    private static func opening(_ database: Database) throws -> RoundOpening? {
        guard let row = try Row.fetchOne(database, sql: "SELECT opening FROM progress") else { return nil }
        let bytes = try SealedBytes.open(bytes(row, "opening"), what: "the opening of a round")
        return try decode("the opening of a round", bytes) { (bytes) throws(ByteReaderError) in
            try RoundOpening(recordBytes: bytes)
        }
    }

    private static func closing(_ database: Database) throws -> RoundClosing? {
        let sql = "SELECT closing FROM progress WHERE closing IS NOT NULL"
        guard let row = try Row.fetchOne(database, sql: sql) else { return nil }
        let bytes = try SealedBytes.open(bytes(row, "closing"), what: "the closing of a round")
        return try decode("the closing of a round", bytes) { (bytes) throws(ByteReaderError) in
            try RoundClosing(recordBytes: bytes)
        }
    }

    /// The ledger, in the order of rounds and attempts.
    static func releases(_ database: Database) throws -> [ReleaseEntry] {
        try Row.fetchAll(database, sql: "SELECT round, attempt, entry FROM ledger ORDER BY round, attempt").map { row in
            let entry = try release(row)
            guard try number(row, "round") == entry.round, try number(row, "attempt") == entry.attempt else {
                throw damaged("the place of a ledger entry")
            }
            return entry
        }
    }

    private static func release(_ database: Database, _ opening: RoundOpening) throws -> ReleaseEntry? {
        let sql = "SELECT entry FROM ledger WHERE round = ? AND attempt = ?"
        return try Row.fetchOne(database, sql: sql, arguments: [opening.round, opening.attempt]).map(release)
    }

    private static func release(_ row: Row) throws -> ReleaseEntry {
        let bytes = try SealedBytes.open(bytes(row, "entry"), what: "a ledger entry")
        return try decode("a ledger entry", bytes) { (bytes) throws(ByteReaderError) in
            try ReleaseEntry(recordBytes: bytes)
        }
    }

    /// Overwrites an attempt's release with itself without its secret seed.
    static func eraseSeed(_ database: Database, round: UInt32, attempt: UInt32) throws {
        let sql = "SELECT entry FROM ledger WHERE round = ? AND attempt = ?"
        guard var entry = try Row.fetchOne(database, sql: sql, arguments: [round, attempt]).map(release),
            !entry.noiseSeed.isEmpty
        else { return }
        entry.noiseSeed = []
        try database.execute(
            sql: "UPDATE ledger SET entry = ? WHERE round = ? AND attempt = ?",
            arguments: [Data(SealedBytes.seal(entry.recordBytes)), round, attempt]
        )
    }

    /// Whether the round in progress has a release with a secret seed.
    static func holdsSeed(_ database: Database) throws -> Bool {
        guard let opening = try opening(database), let entry = try release(database, opening) else { return false }
        return !entry.noiseSeed.isEmpty
    }

    // MARK: The privacy ledger

    static func insert(_ database: Database, ledger lines: [LedgerLine]) throws {
        if lines.isEmpty { return }
        let statement = try database.cachedStatement(sql: "INSERT INTO privacy (line, content) VALUES (?, ?)")
        for line in lines {
            try statement.execute(
                arguments: [Int64(truncatingIfNeeded: line.index), Data(SealedBytes.seal(line.bytes))]
            )
        }
    }

    static func ledgerCount(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM privacy") ?? 0
    }

    /// The lines of the privacy ledger, in order.
    static func ledger(_ database: Database) throws -> [LedgerLine] {
        try Row.fetchAll(database, sql: "SELECT line, content FROM privacy ORDER BY line").enumerated().map {
            place,
            row in
            let index = try unsigned(row, "line")
            guard index == UInt64(place) else { throw damaged("the order of the privacy ledger") }
            let bytes = try SealedBytes.open(bytes(row, "content"), what: "a line of the privacy ledger")
            return LedgerLine(index: index, bytes: bytes)
        }
    }

    // MARK: Updates

    private static let matches = "WHERE round = ? AND attempt = ? AND client = ? AND fence = ?"

    private static func key(_ id: AssignmentID) -> StatementArguments {
        [id.round, id.attempt, id.client.number, id.fence]
    }

    static func insert(
        _ database: Database,
        update: StoredUpdate,
        at place: SegmentFile.Place,
        payloadByteCount: Int
    ) throws {
        let assignment = update.report.assignment
        let pending = try database.cachedStatement(
            sql: """
                INSERT INTO pending (round, attempt, client, fence, place, byte_count, record)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        )
        try pending.execute(
            arguments: key(assignment)
                + [place.offset, place.byteCount, Data(SealedBytes.seal(update.recordBytes))]
        )
        let receipt = try database.cachedStatement(
            sql: """
                INSERT INTO receipt (round, attempt, client, fence, payload, byte_count) VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        try receipt.execute(
            arguments: key(assignment) + [Data(update.report.payloadDigest.bytes), payloadByteCount]
        )
    }

    static func receipt(_ database: Database, _ assignment: AssignmentID) throws -> SHA256Digest? {
        let statement = try database.cachedStatement(sql: "SELECT payload FROM receipt " + matches)
        guard let row = try Row.fetchOne(statement, arguments: key(assignment)) else { return nil }
        return try digest(row, "payload")
    }

    static func update(
        _ database: Database,
        _ assignment: AssignmentID
    ) throws -> (update: StoredUpdate, place: SegmentFile.Place)? {
        let statement = try database.cachedStatement(sql: "SELECT place, byte_count, record FROM pending " + matches)
        guard let row = try Row.fetchOne(statement, arguments: key(assignment)) else { return nil }
        let offset: Int = try value(row, "place")
        let byteCount: Int = try value(row, "byte_count")
        return (try storedUpdate(row), SegmentFile.Place(offset: offset, byteCount: byteCount))
    }

    /// The assignments of the round in progress that have a durable update.
    static func assignments(_ database: Database) throws -> Set<AssignmentID> {
        let rows = try Row.fetchAll(database, sql: "SELECT round, attempt, client, fence FROM pending")
        return Set(try rows.map(assignment))
    }

    /// Every update that was ever made durable, in the order of rounds, attempts, clients and fences.
    static func receipts(_ database: Database) throws -> [ReceiptRow] {
        let sql = """
            SELECT round, attempt, client, fence, payload, byte_count FROM receipt
            ORDER BY round, attempt, client, fence
            """
        return try Row.fetchAll(database, sql: sql).map { row in
            let byteCount: Int = try value(row, "byte_count")
            return ReceiptRow(
                assignment: try assignment(row),
                payload: try digest(row, "payload"),
                byteCount: byteCount > 0 ? byteCount : nil
            )
        }
    }

    private static func assignment(_ row: Row) throws -> AssignmentID {
        AssignmentID(
            round: try number(row, "round"),
            attempt: try number(row, "attempt"),
            client: ClientID(try number(row, "client")),
            fence: try number(row, "fence")
        )
    }

    /// Where the acknowledged records of the open segment end; nil where there are none.
    static func durableEnd(_ database: Database) throws -> Int? {
        let sql = "SELECT place, byte_count FROM pending ORDER BY place DESC LIMIT 1"
        guard let row = try Row.fetchOne(database, sql: sql) else { return nil }
        let offset: Int = try value(row, "place")
        let byteCount: Int = try value(row, "byte_count")
        let (end, overflow) = offset.addingReportingOverflow(byteCount)
        guard offset >= SegmentFile.headerByteCount, byteCount > 0, !overflow else {
            throw damaged("the place of a payload")
        }
        return end
    }

    private static func storedUpdate(_ row: Row) throws -> StoredUpdate {
        let bytes = try SealedBytes.open(bytes(row, "record"), what: "the record of an update")
        return try decode("the record of an update", bytes) { (bytes) throws(ByteReaderError) in
            try StoredUpdate(recordBytes: bytes)
        }
    }

    // MARK: The roster

    static func insert(_ database: Database, roster names: [String]) throws {
        let statement = try database.cachedStatement(sql: "INSERT INTO roster (client, name) VALUES (?, ?)")
        for (number, name) in names.enumerated() { try statement.execute(arguments: [number, name]) }
    }

    /// The names of the clients in the order of their numbers; none where nobody gave them.
    static func roster(_ database: Database) throws -> [String] {
        try Row.fetchAll(database, sql: "SELECT client, name FROM roster ORDER BY client").enumerated().map {
            index,
            row in
            guard try number(row, "client") == UInt32(exactly: index) else { throw damaged("the roster") }
            return try value(row, "name")
        }
    }

    // MARK: Checkpoints

    static func insert(_ database: Database, checkpoint: Checkpoint, file: SHA256Digest) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO checkpoint (version, file, model) VALUES (?, ?, ?)",
            arguments: [
                Int64(truncatingIfNeeded: checkpoint.version), Data(file.bytes), Data(checkpoint.modelDigest.bytes),
            ]
        )
    }

    static func update(_ database: Database, current version: UInt64) throws {
        try database.execute(sql: "UPDATE run SET current = ?", arguments: [Int64(truncatingIfNeeded: version)])
    }

    static func checkpoint(_ database: Database, version: UInt64) throws -> CheckpointRow {
        guard let row = try checkpoints(database).first(where: { $0.version == version }) else {
            throw StoreError.missing(what: "the row of model version \(version); restore the folder from a backup")
        }
        return row
    }

    /// The checkpoints in the order of their versions.
    static func checkpoints(_ database: Database) throws -> [CheckpointRow] {
        try Row.fetchAll(database, sql: "SELECT version, file, model FROM checkpoint ORDER BY version").map {
            CheckpointRow(
                version: try unsigned($0, "version"),
                file: try digest($0, "file"),
                model: try digest($0, "model")
            )
        }
    }

    static func removeCheckpoints(_ database: Database, below version: UInt64) throws {
        try database.execute(
            sql: "DELETE FROM checkpoint WHERE version < ?",
            arguments: [Int64(truncatingIfNeeded: version)]
        )
    }

    // MARK: Columns

    private static func value<Value: DatabaseValueConvertible>(_ row: Row, _ column: String) throws -> Value {
        guard let value = Value.fromDatabaseValue(row[column]) else { throw damaged("the column \(column)") }
        return value
    }

    private static func bytes(_ row: Row, _ column: String) throws -> [UInt8] {
        let data: Data = try value(row, column)
        return Array(data)
    }

    private static func digest(_ row: Row, _ column: String) throws -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: try bytes(row, column)) else { throw damaged("the column \(column)") }
        return digest
    }

    private static func unsigned(_ row: Row, _ column: String) throws -> UInt64 {
        guard let number = UInt64(exactly: try value(row, column) as Int64) else {
            throw damaged("the column \(column)")
        }
        return number
    }

    private static func number(_ row: Row, _ column: String) throws -> UInt32 {
        guard let number = UInt32(exactly: try value(row, column) as Int64) else {
            throw damaged("the column \(column)")
        }
        return number
    }

    private static func decode<Value>(
        _ what: String,
        _ bytes: [UInt8],
        _ body: ([UInt8]) throws(ByteReaderError) -> Value
    ) throws -> Value {
        do throws(ByteReaderError) {
            return try body(bytes)
        } catch {
            throw damaged(what)
        }
    }

    private static func damaged(_ what: String) -> StoreError {
        .damaged(
            file: StateFolder.databaseName,
            reason: "\(what) is not in its form; restore the folder from a backup"
        )
    }
}
