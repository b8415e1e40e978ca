import Foundation
import GRDB
import Glibc
public import HansaAccounting
public import HansaCoordinator
public import HansaCore
public import HansaResults

/// The durable store of one run: a state folder with a SQLite database, a segment file for the round in progress, and
/// content-addressed checkpoints.
///
/// The coordinator's process opens it and calls it from one task at a time. What is a file is durable before the row
/// that refers to it commits, so a crash leaves files without rows, which the next opening removes, and never rows
/// without files. After a failed write or sync the store refuses everything: what the kernel still has of the file is
/// not known any more, and only a new process reads it from the disk (PROMISES.md R11).
public final class DurableStore: CoordinatorStore {
    /// How many checkpoints are kept: the current one and the one before.
    public static let checkpointCountKept = 2

    let folder: StateFolder
    let database: StateDatabase
    private let lock: FolderLock
    private let observer: DurableWriteObserver?
    private let remover = FileRemover()
    private var sequence: StoreSequence
    private var segment: SegmentFile?
    private var run: RunID?
    private var failure: StoreError?
    /// How many lines the privacy ledger has.
    private var lineCount = 0
    /// Whether the release in progress has a secret seed.
    private var holdsSeed = false

    /// Opens a state folder, made if it is not there, takes its lock, and removes what a crash left over.
    ///
    /// - Throws: `StoreError.locked` where another store holds the folder, `StoreError.tooNew`
    ///   and `StoreError.damaged` with nothing changed, `StoreError.io`.
    public init(folder path: String, observer: DurableWriteObserver? = nil) throws(StoreError) {
        let folder = StateFolder(path: path)
        try folder.create()
        let lock = try FolderLock(folder)
        try folder.createContents()
        try folder.checkNotOrphaned()
        self.folder = folder
        self.lock = lock
        self.observer = observer
        database = try StateDatabase(folder) { kind, write throws(StoreError) in
            try Self.observed(observer, kind, write)
        }
        (run, sequence) = try database.read(StoreRows.sequence)
        (lineCount, holdsSeed) = try database.read { (try StoreRows.ledgerCount($0), try StoreRows.holdsSeed($0)) }
        try sweep()
    }

    /// Closes the database before another store may take the lock.
    deinit {
        remover.finish()
        database.close()
        withExtendedLifetime(lock) {}
    }

    /// Removes a state folder with all it holds; refuses one that another store has open, and does nothing where there
    /// is none.
    public static func remove(folder path: String) throws(StoreError) {
        guard StateFolder.exists(path) else { return }
        let lock = try FolderLock(StateFolder(path: path))
        defer { withExtendedLifetime(lock) {} }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .io(operation: "remove \(path)", reason: error.localizedDescription)
        }
    }

    public func recover(configurationDigest: SHA256Digest) throws(StoreError) -> RecoveredRun? {
        try guarded { () throws(StoreError) in
            try sequence.checkRecover(configurationDigest)
            guard let run else { return nil }
            let (row, progress, participation, unledgeredVersion) = try database.read { database in
                (
                    try StoreRows.checkpoint(database, version: sequence.currentVersion),
                    try StoreRows.progress(database), try StoreRows.participation(database),
                    try StoreRows.unledgeredVersion(database)
                )
            }
            let path = folder.checkpoint(row.file)
            guard StateFolder.exists(path) else {
                throw .missing(what: "\(path), the current model; restore the folder from a backup")
            }
            let (checkpoint, writer) = try SafetensorsFile.read(path, digest: row.file)
            guard checkpoint.version == sequence.currentVersion, checkpoint.modelDigest == row.model, writer == run
            else {
                throw .damaged(file: path, reason: "it holds another model than the database says")
            }
            return RecoveredRun(
                checkpoint: checkpoint,
                progress: progress,
                participation: participation,
                unledgeredVersion: unledgeredVersion
            )
        }
    }

    public func create(run: RunID, configurationDigest: SHA256Digest, initial: Checkpoint) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try sequence.checkCreate(configurationDigest, initial: initial)
            let file = try writeFile(initial, run: run)
            try write(.run) {
                try StoreRows.insert($0, checkpoint: initial, file: file)
                try StoreRows.insert($0, run: run, configuration: configurationDigest)
            }
            self.run = run
            sequence.configurationDigest = configurationDigest
        }
    }

    public func open(_ opening: RoundOpening) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try sequence.checkOpen(opening)
            try write(.opening) { try StoreRows.insert($0, opening: opening) }
            sequence.round = StoreSequence.Round(round: opening.round, attempt: opening.attempt)
        }
    }

    public func append(
        _ updates: [(update: StoredUpdate, payload: [UInt8])],
        files: [AssignmentID: PayloadFile],
        ledger: [LedgerLine]
    ) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try StoreSequence.check(ledger, lineCount: lineCount)
            let batch = try unstored(updates)
            guard !batch.isEmpty, let round = sequence.round else {
                if ledger.isEmpty { return }
                try write(.charges) { try StoreRows.insert($0, ledger: ledger) }
                lineCount += ledger.count
                return
            }
            let fresh = Set(batch.map(\.update.report.assignment))
            let files = files.filter { fresh.contains($0.key) }
            var places: [SegmentFile.Place] = []
            try Self.observed(observer, .payloads) { () throws(StoreError) in
                var open: SegmentFile
                if let segment {
                    open = segment
                } else {
                    open = try SegmentFile(folder, round: round.round, attempt: round.attempt, durableEnd: 0)
                }
                places = try open.append(batch, files: files)
                segment = open
            }
            try write(.receipts) { database in
                for (entry, place) in zip(batch, places) {
                    try StoreRows.insert(
                        database,
                        update: entry.update,
                        at: place,
                        payloadByteCount: entry.payload.count
                    )
                }
                try StoreRows.insert(database, ledger: ledger)
            }
            lineCount += ledger.count
        }
    }

    public func payload(of assignment: AssignmentID) throws(StoreError) -> [UInt8] {
        try guarded { () throws(StoreError) in
            let row = try database.read { try StoreRows.update($0, assignment) }
            guard let (update, place) = row, let segment else {
                throw .missing(what: "the payload of an update")
            }
            return try segment.payload(of: update, at: place)
        }
    }

    public func payloadDigest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest? {
        try guarded { () throws(StoreError) in try database.read { try StoreRows.receipt($0, assignment) } }
    }

    public func close(_ closing: RoundClosing) throws(StoreError) {
        try guarded { () throws(StoreError) in
            let durable = try database.read { try StoreRows.assignments($0) }
            try sequence.checkClose(closing) { durable.contains($0) }
            try write(.closing) { try StoreRows.update($0, closing: closing) }
            sequence.round?.closing = closing
        }
    }

    public func ledger() throws(StoreError) -> [LedgerLine] {
        try guarded { () throws(StoreError) in try database.read(StoreRows.ledger) }
    }

    public func recordRelease(_ entry: ReleaseEntry, ledger: [LedgerLine]) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try sequence.checkRelease(entry)
            try StoreSequence.check(ledger, lineCount: lineCount)
            try write(.release) {
                try StoreRows.insert($0, release: entry)
                try StoreRows.insert($0, ledger: ledger)
            }
            sequence.round?.releaseVersion = entry.version
            holdsSeed = !entry.noiseSeed.isEmpty
            lineCount += ledger.count
        }
    }

    public func writeCheckpoint(_ checkpoint: Checkpoint) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try sequence.checkCheckpoint(checkpoint)
            guard let run else { return }
            let file = try writeFile(checkpoint, run: run)
            try write(.checkpointRow) { try StoreRows.insert($0, checkpoint: checkpoint, file: file) }
            sequence.round?.checkpointDigest = checkpoint.modelDigest
        }
    }

    public func makeCurrent(version: UInt64, participation: ParticipationRecord) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try sequence.checkCurrent(version: version, participation: participation)
            try write(.current) {
                try StoreRows.update($0, current: version)
                try StoreRows.eraseSeed($0, round: participation.round, attempt: participation.attempt)
                try StoreRows.endRound($0, participation: participation)
            }
            // The write-ahead log still has the row as it was.
            if holdsSeed { try database.clearLog() }
            holdsSeed = false
            endRound(version: version)
        }
    }

    public func recordAbort(_ participation: ParticipationRecord) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try sequence.checkAbort(participation)
            try write(.abort) { try StoreRows.endRound($0, participation: participation) }
            endRound(version: nil)
        }
    }

    public func deletePayloads(round: UInt32, attempt: UInt32) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try sequence.checkDeletion(round: round, attempt: attempt)
            try Self.observed(observer, .payloadRemoval) { () throws(StoreError) in
                try removePayloads(round: round, attempt: attempt)
            }
            try removeSupersededCheckpoints()
        }
    }

    /// Keeps the names of the clients, in the order of their numbers, and refuses other names than those kept before:
    /// the numbers of contributions that are stored already would mean other clients.
    public func keepRoster(_ names: [String]) throws(StoreError) {
        try guarded { () throws(StoreError) in
            let kept = try database.read(StoreRows.roster)
            if kept.isEmpty {
                try write(.roster) { try StoreRows.insert($0, roster: names) }
            } else if kept != names {
                let place = zip(kept, names).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                let number = place ?? min(kept.count, names.count)
                throw .foreignRun(
                    got: "a roster with another name for client \(number)",
                    expected: "the \(kept.count) names that the run began with"
                )
            }
        }
    }

    /// How often the folder was opened before to go on with its run.
    public var restartCount: Int { Int(clamping: database.fence) - 1 }

    /// Checks everything the folder holds; see ``StateReader/verify()``.
    public func verify() throws(StoreError) {
        _ = try guarded { () throws(StoreError) in try StateChecks(folder: folder, database: database).run() }
    }
}

// MARK: - Steps

extension DurableStore {
    /// The updates of a batch that are not stored yet, each assignment once.
    private func unstored(
        _ updates: [(update: StoredUpdate, payload: [UInt8])]
    ) throws(StoreError) -> [(update: StoredUpdate, payload: [UInt8])] {
        let held = try database.read { database in
            try updates.map { try StoreRows.receipt(database, $0.update.report.assignment) }
        }
        var fresh: [AssignmentID: SHA256Digest] = [:]
        var batch: [(update: StoredUpdate, payload: [UInt8])] = []
        for (entry, held) in zip(updates, held) {
            let report = entry.update.report
            if let digest = held ?? fresh[report.assignment] {
                guard digest == report.payloadDigest else { throw .conflict }
                continue
            }
            try sequence.checkAppend(report.assignment)
            fresh[report.assignment] = report.payloadDigest
            batch.append(entry)
        }
        return batch
    }

    /// Writes a checkpoint under a temporary name, then gives it the name of its digest.
    private func writeFile(_ checkpoint: Checkpoint, run: RunID) throws(StoreError) -> SHA256Digest {
        let temporary = folder.checkpoints + "/\(checkpoint.version)" + StateFolder.temporarySuffix
        var digest: SHA256Digest?
        try Self.observed(observer, .checkpointBytes) { () throws(StoreError) in
            digest = try SafetensorsFile.write(checkpoint, run: run, to: temporary)
        }
        guard let digest else { throw .outOfOrder("checkpoint: not written") }
        try Self.observed(observer, .checkpointName) { () throws(StoreError) in
            try StateFolder.rename(temporary, to: folder.checkpoint(digest))
            try StateFolder.syncFolder(folder.checkpoints)
        }
        return digest
    }

    /// Removes the segment of an attempt and the payloads that have files of their own.
    private func removePayloads(round: UInt32, attempt: UInt32) throws(StoreError) {
        let prefix = StateFolder.payloadPrefix(round, attempt)
        for name in try StateFolder.names(in: folder.segments)
        where name.hasPrefix(prefix) && name.hasSuffix(StateFolder.payloadSuffix) {
            remover.remove(folder.segments + "/" + name)
        }
        remover.remove(folder.segment(round: round, attempt: attempt))
        try remover.check()
    }

    /// Removes the rows of old checkpoints, then their files.
    private func removeSupersededCheckpoints() throws(StoreError) {
        let keptFrom = sequence.currentVersion.subtractingReportingOverflow(UInt64(Self.checkpointCountKept - 1))
        guard !keptFrom.overflow, keptFrom.partialValue > 0 else { return }
        let rows = try database.read(StoreRows.checkpoints)
        let superseded = rows.filter { $0.version < keptFrom.partialValue }
        if superseded.isEmpty { return }
        let kept = Set(rows.filter { $0.version >= keptFrom.partialValue }.map(\.file))
        try write(.checkpointRemoval) { try StoreRows.removeCheckpoints($0, below: keptFrom.partialValue) }
        for row in superseded where !kept.contains(row.file) { remover.remove(folder.checkpoint(row.file)) }
        try remover.check()
    }

    /// Removes files that no row refers to, and cuts the unacknowledged tail of the open segment.
    private func sweep() throws(StoreError) {
        let (end, checkpoints, pending) = try database.read { database in
            (
                try StoreRows.durableEnd(database), Set(try StoreRows.checkpoints(database).map(\.file)),
                try StoreRows.assignments(database)
            )
        }
        try Self.observed(observer, .sweep) { () throws(StoreError) in
            var used = Set(checkpoints.map(StateFolder.checkpointName) + pending.map(StateFolder.payloadName))
            if let round = sequence.round, let end {
                used.insert(StateFolder.segmentName(round.round, round.attempt))
                segment = try SegmentFile(folder, round: round.round, attempt: round.attempt, durableEnd: end)
            }
            for path in [folder.segments, folder.checkpoints] {
                for name in try StateFolder.names(in: path) where !used.contains(name) && StateFolder.isOurs(name) {
                    try StateFolder.remove(path + "/" + name)
                }
            }
        }
        try removeSupersededCheckpoints()
    }

    private func endRound(version: UInt64?) {
        sequence.end(version: version)
        segment = nil
    }

    private func write(_ kind: DurableWrite.Kind, _ body: (Database) throws -> Void) throws(StoreError) {
        try Self.observed(observer, kind) { () throws(StoreError) in try database.write(body) }
    }

    /// Refuses everything after a failure that leaves the state of the disk unknown, and remembers one.
    private func guarded<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        if let failure { throw failure }
        do throws(StoreError) {
            return try body()
        } catch {
            switch error {
            case .io, .locked, .crashed, .damaged: failure = error
            default: break
            }
            throw error
        }
    }

    private static func observed(
        _ observer: DurableWriteObserver?,
        _ kind: DurableWrite.Kind,
        _ body: () throws(StoreError) -> Void
    ) throws(StoreError) {
        guard let observer else { return try body() }
        try observer(DurableWrite(kind: kind, moment: .before))
        try body()
        try observer(DurableWrite(kind: kind, moment: .after))
    }
}
