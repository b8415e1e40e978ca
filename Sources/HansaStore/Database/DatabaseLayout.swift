import GRDB
import Glibc
import HansaCoordinator

/// The tables of a state folder's database, and the numbers that say whose file it is.
enum DatabaseLayout {
    /// The version of the folder's format; a folder of a higher one is refused untouched.
    static let formatVersion = 3
    /// `HANS` in SQLite's field for the application.
    static let applicationID: Int64 = 0x4841_4E53

    private static let tables = """
        CREATE TABLE fence (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            token INTEGER NOT NULL
        ) STRICT;
        INSERT INTO fence VALUES (1, 0);
        CREATE TABLE checkpoint (
            version INTEGER PRIMARY KEY,
            file BLOB NOT NULL CHECK (length(file) = 32),
            model BLOB NOT NULL CHECK (length(model) = 32)
        ) STRICT;
        CREATE TABLE run (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name BLOB NOT NULL CHECK (length(name) = 16),
            configuration BLOB NOT NULL CHECK (length(configuration) = 32),
            current INTEGER NOT NULL REFERENCES checkpoint (version),
            unledgered INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            opening BLOB NOT NULL,
            closing BLOB
        ) STRICT;
        CREATE TABLE pending (
            sequence INTEGER PRIMARY KEY,
            round INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            client INTEGER NOT NULL,
            fence INTEGER NOT NULL,
            place INTEGER NOT NULL,
            byte_count INTEGER NOT NULL,
            record BLOB NOT NULL,
            UNIQUE (round, attempt, client, fence)
        ) STRICT;
        CREATE TABLE receipt (
            round INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            client INTEGER NOT NULL,
            fence INTEGER NOT NULL,
            payload BLOB NOT NULL CHECK (length(payload) = 32),
            byte_count INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (round, attempt, client, fence)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE roster (
            client INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE ledger (
            round INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            entry BLOB NOT NULL,
            PRIMARY KEY (round, attempt)
        ) STRICT;
        \(privacy)
        CREATE TABLE participation (
            sequence INTEGER PRIMARY KEY,
            round INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            record BLOB NOT NULL,
            UNIQUE (round, attempt)
        ) STRICT;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(formatVersion);
        """

    /// The lines of the privacy ledger, from 0.
    private static let privacy = """
        CREATE TABLE privacy (
            line INTEGER PRIMARY KEY,
            content BLOB NOT NULL
        ) STRICT;
        """

    /// What version 1 did not have: the lengths of payloads, 0 where nobody noted them, and the names of clients.
    private static let fromVersion1 = """
        ALTER TABLE receipt ADD COLUMN byte_count INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE roster (
            client INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        """

    /// What version 2 did not have: the privacy ledger, and with it the version up to which models have no line in it.
    private static let fromVersion2 = """
        \(privacy)
        ALTER TABLE run ADD COLUMN unledgered INTEGER NOT NULL DEFAULT 0;
        UPDATE run SET unledgered = current;
        PRAGMA user_version = \(formatVersion);
        """

    /// What a database is before it is used.
    enum Form {
        /// It has no tables yet.
        case empty
        /// An older Hansa wrote it; ``upgrade(_:)`` brings it to this version.
        case older
        case current
    }

    static func create(_ database: Database) throws { try database.execute(sql: tables) }

    static func upgrade(_ database: Database) throws {
        if try Int.fetchOne(database, sql: "PRAGMA user_version") == 1 { try database.execute(sql: fromVersion1) }
        try database.execute(sql: fromVersion2)
    }

    /// What the database is.
    ///
    /// Another application's file, or one of a newer Hansa, is refused.
    static func form(of database: Database) throws -> Form {
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if application == 0, version == 0 {
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard count == 0 else { throw foreign }
            return .empty
        }
        guard application == applicationID else { throw foreign }
        guard version <= formatVersion else { throw StoreError.tooNew(got: version, supported: formatVersion) }
        guard version >= 1 else { throw foreign }
        return version == formatVersion ? .current : .older
    }

    /// Looks at the first bytes of a database before SQLite does, so that a file of a newer Hansa stays untouched and a
    /// damaged one is named.
    ///
    /// A file with a rollback journal beside it is left to SQLite, which restores it first.
    static func checkHeader(_ folder: StateFolder) throws(StoreError) {
        guard StateFolder.exists(folder.database), !StateFolder.exists(folder.database + "-journal") else { return }
        let file = try OpenFile(folder.database, flags: O_RDONLY)
        let byteCount = try file.byteCount()
        if byteCount == 0 { return }
        let header = try file.readBytes(count: min(byteCount, 100), at: 0)
        let pageSize = header.count < 100 ? 0 : Int(header[16]) << 8 | Int(header[17])
        guard header.starts(with: Array("SQLite format 3\0".utf8)), pageSize >= 512,
            pageSize & (pageSize - 1) == 0, [1, 2].contains(header[18]), [1, 2].contains(header[19]),
            Array(header[20...23]) == [0, 64, 32, 32], byteCount.isMultiple(of: pageSize)
        else {
            throw .damaged(
                file: folder.database,
                reason: "its first bytes are not those of a SQLite database; restore the folder from a backup"
            )
        }
        func word(_ offset: Int) -> Int { header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        // A database just made may still have zeros here while its first transaction is in a journal.
        if word(68) == applicationID, word(60) > formatVersion {
            throw .tooNew(got: word(60), supported: formatVersion)
        }
    }

    private static var foreign: StoreError {
        .damaged(
            file: StateFolder.databaseName,
            reason: "it is not a database of Hansa; name an empty folder or restore this one from a backup"
        )
    }
}
