import CPosix
public import HansaClient
public import HansaCore
import HansaNumerics

/// What a client keeps on disk, for one process at a time (mode 0700, locked while the process lives).
///
/// | name | holds |
/// | --- | --- |
/// | `lock` | the lock, empty |
/// | `run` | the run that the records belong to |
/// | `outbox/R-A-C-F.rec` | the update of round R, attempt A, client C, fence F: durable, not answered yet |
/// | `aside/` | records that are damaged or belong to another run; never sent |
/// | `died-R` | nothing: the test hook has struck in round R |
/// | `journal`, `journal.1` | what was answered, see ``Journal`` |
/// | `ledger`, `ledger.1` | what the updates cost, see ``PrivacyLedger`` |
/// | `memory` | what the client remembers between rounds, see `ClientMemory`; only where a plan asks for it |
public struct StateFolder: ~Copyable {
    /// The largest record that is read: the largest update of a plan and what stands around it.
    static let recordByteCountMax: UInt64 = 9 << 30
    /// The most files looked at in the outbox: an agent has one update under way, and the one before it at most.
    static let recordCountMax = 1_024

    public let path: String
    private let lock: FolderLock
    /// What was answered.
    public private(set) var journal: Journal
    /// What the updates cost: of every record that was ever in the outbox.
    public private(set) var ledger: PrivacyLedger

    /// Opens the folder, or creates it; refuses one that another process holds or other users may read.
    public init(path: String) throws(StateError) {
        for folder in [path, path + "/outbox", path + "/aside"] {
            let status = hansa_make_folder(folder)
            guard status >= 0 else { throw StateError("created", folder, SystemError(status)) }
        }
        var found = hansa_file_status()
        let status = hansa_file_status(path, &found)
        guard status >= 0 else { throw StateError("read", path, SystemError(status)) }
        guard found.mode & 0o077 == 0 else { throw .isReadable(path: path) }
        let lock = try FolderLock(path)
        let journal = try Journal(folder: path)
        let ledger = try PrivacyLedger.open(
            folder: path,
            answeredCount: UInt64(journal.totals.answeredCount),
            outbox: try Self.outbox(of: path)
        )
        self.lock = lock
        self.journal = journal
        self.ledger = ledger
        self.path = path
    }

    /// Makes the folder's records those of the run; returns how many of another run were moved aside.
    public mutating func begin(_ run: RunID) throws(StateError) -> Int {
        let name = run.hexadecimal
        if let before = Self.run(of: path), before.isSame(as: name) {
            try ledger.begin(run)
            return 0
        }
        var movedCount = 0
        journal.runChanged()
        // The first run of a folder finds no records; a folder whose note of the run is lost keeps none either.
        for record in Self.recordNames(of: path) {
            try moveAside(record)
            movedCount += 1
        }
        do throws(SystemError) {
            try Files.replace("run", in: path, with: [PlainText("\(name)\n").bytes])
        } catch {
            throw StateError("written", path + "/run", error)
        }
        try ledger.begin(run)
        return movedCount
    }

    /// The durable records, oldest first; what is damaged is moved aside and counted.
    public mutating func records() throws(StateError) -> (records: [OutboxRecord], damagedCount: Int) {
        var records: [OutboxRecord] = []
        var damagedCount = 0
        for name in Self.recordNames(of: path) {
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try Files.read(path + "/outbox/" + name, byteCountMax: Self.recordByteCountMax)
            } catch {
                throw StateError("read", path + "/outbox/" + name, error)
            }
            if let record = OutboxRecord(bytes: bytes), Self.name(of: record.assignment).isSame(as: name) {
                records.append(record)
            } else {
                damagedCount += 1
                try moveAside(name)
            }
        }
        records.heapSort { $0.assignment < $1.assignment }
        return (records, damagedCount)
    }

    /// Makes a record durable, its bytes and its charge in one piece, and takes the charge over into the ledger; on return
    /// both survive a power cut, and the bytes may leave.
    public mutating func write(_ record: OutboxRecord) throws(StateError) {
        if Self.recordNames(of: path).isEmpty { try ledger.rotateIfLong() }
        let name = Self.name(of: record.assignment)
        do throws(SystemError) {
            try Files.replace(name, in: path + "/outbox", with: [record.head, record.update.payload])
        } catch {
            throw StateError("written", path + "/outbox/" + name, error)
        }
        try ledger.charge(record)
    }

    /// Writes down the answer to an update, then lets go of its record.
    ///
    /// A process that ends between the two sends the record once more and gets the same answer, which is noted once.
    public mutating func settle(_ entry: JournalEntry) throws(StateError) {
        try journal.append(entry)
        let file = path + "/outbox/" + Self.name(of: entry.assignment)
        let status = hansa_remove(file)
        guard status >= 0 || SystemError(status) == .noSuchFile else {
            throw StateError("removed", file, SystemError(status))
        }
    }

    /// A test hook: kills the process as a power cut would, unless it did for this round before.
    ///
    /// It can hurt nobody but the client itself, which must come through it.
    func dieOnce(round: UInt32) {
        let name = PlainText("died-\(round)").string
        var status = hansa_file_status()
        guard SystemError(hansa_file_status(path + "/" + name, &status)) == .noSuchFile else { return }
        do throws(SystemError) {
            try Files.replace(name, in: path, with: [])
        } catch {
            return
        }
        hansa_kill_self()
    }

    /// Writes down that an answer does not fit what this device remembers; whether that is news.
    mutating func noteContradiction(_ entry: DeviceLedgerEntry) throws(StateError) -> Bool {
        try ledger.contradict(entry)
    }

    /// What the outbox's records cost.
    static func outbox(of path: String) throws(StateError) -> [LedgerOutboxEntry] {
        var entries: [LedgerOutboxEntry] = []
        for name in recordNames(of: path) {
            let file = path + "/outbox/" + name
            do throws(SystemError) {
                if let entry = try LedgerOutboxEntry(path: file, name: name) { entries.append(entry) }
            } catch {
                throw StateError("read", file, error)
            }
        }
        return entries
    }

    private func moveAside(_ name: String) throws(StateError) {
        let status = hansa_rename(path + "/outbox/" + name, path + "/aside/" + name)
        guard status >= 0 else { throw StateError("moved aside", path + "/outbox/" + name, SystemError(status)) }
    }

    /// The file name of an assignment's record.
    static func name(of id: AssignmentID) -> String { id.text + ".rec" }

    /// The names of records in the outbox; drafts that a crash left are not among them.
    static func recordNames(of path: String) -> [String] {
        (Files.names(in: path + "/outbox", countMax: recordCountMax) ?? []).filter { isRecord($0.bytes) }
    }

    private static func isRecord(_ name: [UInt8]) -> Bool {
        let ending = ".rec".bytes
        return name.count >= ending.count && Array(name[(name.count - ending.count)...]) == ending
    }

    /// The run that the folder's records belong to.
    static func run(of path: String) -> String? {
        do throws(SystemError) {
            let bytes = try Files.read(path + "/run", byteCountMax: 64)
            return String(bytes: bytes.pieces(at: 10)[0])
        } catch {
            return nil
        }
    }
}
