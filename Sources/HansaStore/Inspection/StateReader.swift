public import HansaAccounting
public import HansaCoordinator
public import HansaCore
public import HansaResults

/// A state folder opened to be looked at: `hansa verify` and `hansa ledger export`.
///
/// It takes the folder's lock, so that no coordinator runs meanwhile, and changes nothing that a run depends on: not the
/// fencing token, not what a crash left over.
public final class StateReader {
    private let folder: StateFolder
    private let database: StateDatabase
    private let lock: FolderLock

    /// Opens a folder that is there.
    ///
    /// - Throws: `StoreError.missing` for one without a state, `StoreError.locked` for that of a running coordinator,
    ///   and what is wrong with its database.
    public init(folder path: String) throws(StoreError) {
        let folder = StateFolder(path: path)
        guard StateFolder.exists(path) else { throw .missing(what: "the folder \(path)") }
        guard StateFolder.exists(folder.database), try !StateFolder.isEmptyFile(folder.database) else {
            throw .missing(what: folder.database)
        }
        lock = try FolderLock(folder)
        self.folder = folder
        database = try StateDatabase(reading: folder)
    }

    deinit {
        database.close()
        withExtendedLifetime(lock) {}
    }

    /// The run; nil where it has not begun.
    public func run() throws(StoreError) -> RunID? { try database.read(StoreRows.sequence).run }

    /// One record for each finished attempt, in order: what `hansa simulate --replay` takes.
    public func participation() throws(StoreError) -> [ParticipationRecord] {
        try database.read(StoreRows.participation)
    }

    /// Every contribution, in the order of rounds, attempts, clients and fences.
    public func contributions() throws(StoreError) -> [Contribution] {
        try database.read(ContributionLedger.read)
    }

    /// The clients' names, by their numbers; none for a run without a roster.
    public func roster() throws(StoreError) -> [String] { try database.read(StoreRows.roster) }

    /// The lines of the privacy ledger, in order, as they are stored; none before the first release.
    public func privacyLedger() throws(StoreError) -> [LedgerLine] { try database.read(StoreRows.ledger) }

    /// What the folder's other records call for and its privacy ledger does not have, in words; nil where nothing is
    /// missing.
    ///
    /// - Parameter ledger: a verifier that has read every line of ``privacyLedger()``.
    public func finding(in ledger: LedgerVerifier) throws(StoreError) -> String? {
        try database.read { database in
            LedgerCompleteness.finding(
                ledger,
                participation: try StoreRows.participation(database),
                updates: try StoreRows.receipts(database).map { ($0.assignment, $0.payload) },
                unledgeredVersion: try StoreRows.unledgeredVersion(database),
                hasOpenRound: try StoreRows.progress(database) != nil
            )
        }
    }

    /// How often the folder was opened again to go on with its run.
    public var restartCount: Int { max(0, Int(clamping: database.fence) - 1) }

    /// Checks everything the folder holds: the database's pages and references, every kept checkpoint, every payload of
    /// the round in progress, and that participation, contributions, releases and models tell the same story.
    public func verify() throws(StoreError) -> StateReport {
        try StateChecks(folder: folder, database: database).run()
    }
}
