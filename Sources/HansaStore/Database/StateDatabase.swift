import GRDB
import Glibc
import HansaCoordinator

/// The SQLite database of a state folder, opened so that a commit that returned survives a power failure.
///
/// It counts up the folder's fencing token when it opens, and every write transaction looks whether the token is still
/// its own: a process that lost the folder while it was stopped cannot write into what another one has taken over.
final class StateDatabase {
    private let folder: StateFolder
    private let queue: DatabaseQueue
    /// This opening's number, from 1; of a database opened to be looked at, the last one's.
    private(set) var fence: Int64 = 0

    /// Opens or makes the database.
    ///
    /// `observed` wraps each of the writes that this takes.
    init(
        _ folder: StateFolder,
        observed: (DurableWrite.Kind, () throws(StoreError) -> Void) throws(StoreError) -> Void
    ) throws(StoreError) {
        self.folder = folder
        try DatabaseLayout.checkHeader(folder)
        // SQLite gives its other files the mode of the database, so the file is made here, for its owner alone.
        _ = try OpenFile(folder.database, flags: O_RDWR | O_CREAT)
        var configuration = Configuration()
        configuration.label = "HansaStore"
        do {
            queue = try DatabaseQueue(path: folder.database, configuration: configuration)
        } catch {
            throw Self.storeError(error, file: folder.database)
        }
        // The tables are made before the switch to a write-ahead log, so that the header tells the version from then on.
        let form = try perform { try $0.transaction(.deferred, DatabaseLayout.form) }
        if form == .empty {
            try observed(.layout) { () throws(StoreError) in
                try perform { try $0.transaction(.immediate, DatabaseLayout.create) }
                try StateFolder.syncFolder(folder.path)
            }
        }
        try perform { try Self.makeDurable($0) }
        if form == .older {
            try observed(.layout) { () throws(StoreError) in
                try perform { try $0.transaction(.immediate, DatabaseLayout.upgrade) }
            }
        }
        try observed(.fence) { () throws(StoreError) in
            fence = try perform { database in
                try database.transaction(.immediate) {
                    try $0.execute(sql: "UPDATE fence SET token = token + 1")
                    return try Int64.fetchOne($0, sql: "SELECT token FROM fence") ?? 0
                }
            }
        }
    }

    /// Opens the database of a folder to look at it: nothing is written, not even the fencing token.
    init(reading folder: StateFolder) throws(StoreError) {
        self.folder = folder
        try DatabaseLayout.checkHeader(folder)
        var configuration = Configuration()
        configuration.label = "HansaStore"
        configuration.readonly = true
        do {
            queue = try DatabaseQueue(path: folder.database, configuration: configuration)
        } catch {
            throw Self.storeError(error, file: folder.database)
        }
        switch try perform({ try $0.transaction(.deferred, DatabaseLayout.form) }) {
        case .current: break
        case .empty: throw .missing(what: "the tables of \(folder.database); restore it from a backup")
        case .older:
            throw .damaged(
                file: folder.database,
                reason: "an older Hansa wrote it; go on with its run once, which brings it to this version's form"
            )
        }
        fence = try read { try Int64.fetchOne($0, sql: "SELECT token FROM fence") ?? 0 }
    }

    /// Closes the file; what fails then is found by the next opening.
    func close() { try? queue.close() }

    /// Runs a write transaction; what it throws rolls it back.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try perform { database in
            try database.transaction(.immediate) {
                guard try Int64.fetchOne($0, sql: "SELECT token FROM fence") == fence else {
                    throw StoreError.locked(folder: folder.path)
                }
                return try body($0)
            }
        }
    }

    /// Writes the log's pages into the file and cuts the log, so that what rows were before is not in it any more.
    func clearLog() throws(StoreError) {
        try perform { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Runs reads that see one state.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try perform { database in try database.transaction(.deferred, body) }
    }

    /// Checks every page and index of the file, and every reference between rows.
    func verify() throws(StoreError) {
        let findings = try perform { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check(1)")
                + (Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { _ in "a reference leads nowhere" })
        }
        guard findings == ["ok"] else {
            throw .damaged(file: folder.database, reason: findings.joined(separator: "; "))
        }
    }

    private func perform<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.writeWithoutTransaction(body)
        } catch {
            throw Self.storeError(error, file: folder.database)
        }
    }

    /// WAL first, then FULL: GRDB and SQLite's defaults for a log are NORMAL, which loses acknowledged commits with the
    /// power.
    ///
    /// What SQLite answers is checked, since it ignores a PRAGMA that it does not like.
    private static func makeDurable(_ database: Database) throws {
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = FULL")
        // What is deleted or made shorter is overwritten with zeros: secret seeds must not stay in free pages.
        try database.execute(sql: "PRAGMA secure_delete = ON")
        let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        guard mode == "wal", synchronous == 2 else {
            throw StoreError.io(
                operation: "open \(StateFolder.databaseName)",
                reason: "SQLite would not promise durable commits (journal \(mode ?? "?"), synchronous "
                    + "\(synchronous.map(String.init) ?? "?"))"
            )
        }
    }

    private static func storeError(_ error: any Error, file: String) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else {
            return .damaged(file: file, reason: "a row has a value of another type than its column")
        }
        let reason = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH:
            return .damaged(file: file, reason: "\(reason); restore the folder from a backup")
        default:
            return .io(operation: "use \(file)", reason: reason)
        }
    }
}

extension Database {
    /// Runs a transaction that commits unless the body throws.
    fileprivate func transaction<Value>(_ kind: TransactionKind, _ body: (Database) throws -> Value) throws -> Value {
        var result: Value?
        try inTransaction(kind) {
            result = try body(self)
            return .commit
        }
        guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
        return result
    }
}
