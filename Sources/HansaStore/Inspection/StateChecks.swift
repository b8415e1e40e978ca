import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaResults

/// The checks of a whole state folder; the first finding is thrown as ``StoreError/damaged(file:reason:)`` or
/// ``StoreError/missing(what:)``.
///
/// It needs the folder to itself and changes nothing.
struct StateChecks {
    let folder: StateFolder
    let database: StateDatabase

    /// What the tables say, read in one transaction.
    private struct Tables {
        var run: RunID?
        var sequence: StoreSequence
        var progress: RoundProgress?
        var participation: [ParticipationRecord]
        var releases: [ReleaseEntry]
        var receipts: [StoreRows.ReceiptRow]
        var checkpoints: [StoreRows.CheckpointRow]
        var contributions: [Contribution]
        var durableEnd: Int?
        var ledger: [LedgerLine]
        var unledgeredVersion: UInt64
    }

    func run() throws(StoreError) -> StateReport {
        try database.verify()
        let tables = try database.read { database in
            let (run, sequence) = try StoreRows.sequence(database)
            return Tables(
                run: run,
                sequence: sequence,
                progress: try StoreRows.progress(database),
                participation: try StoreRows.participation(database),
                releases: try StoreRows.releases(database),
                receipts: try StoreRows.receipts(database),
                checkpoints: try StoreRows.checkpoints(database),
                contributions: try ContributionLedger.read(database),
                durableEnd: try StoreRows.durableEnd(database),
                ledger: try StoreRows.ledger(database),
                unledgeredVersion: try StoreRows.unledgeredVersion(database)
            )
        }
        var report = StateReport()
        report.run = tables.run
        report.restartCount = max(0, Int(clamping: database.fence) - 1)
        guard let run = tables.run else { return report }
        report.version = tables.sequence.currentVersion
        try checkRecords(tables)
        try checkReceipts(tables)
        try checkLedger(tables, run: run)
        try checkCheckpoints(tables, run: run, report: &report)
        report.payloadCount = try checkPayloads(tables)
        report.committedCount = tables.participation.count { $0.isCommitted }
        report.abortedCount = tables.participation.count - report.committedCount
        report.contributionCount = tables.contributions.count
        report.countedCount = tables.contributions.count {
            if case .counted = $0.verdict { true } else { false }
        }
        return report
    }

    /// Each committed attempt moved the model by one version and has its release; nothing else has one.
    private func checkRecords(_ tables: Tables) throws(StoreError) {
        var releases: [Attempt: ReleaseEntry] = [:]
        for entry in tables.releases { releases[Attempt(entry.round, entry.attempt)] = entry }
        var version: UInt64 = 0
        var last: Attempt?
        for record in tables.participation {
            let attempt = Attempt(record.round, record.attempt)
            let name = "round \(record.round), attempt \(record.attempt)"
            guard last.map({ $0 < attempt }) ?? true else { throw wrong("\(name): its record is out of order") }
            last = attempt
            guard record.accepted.count <= record.selected.count,
                Set(record.accepted).isSubset(of: record.selected),
                record.selected.allSatisfy({ $0 < record.population })
            else { throw wrong("\(name): its record counts clients that were not selected") }
            guard case .committed(let next, _) = record.outcome else {
                guard releases[attempt] == nil else { throw wrong("\(name): it was given up and has a release") }
                continue
            }
            guard version < .max, next == version + 1 else {
                throw wrong("\(name): it made version \(next), and the one before was \(version)")
            }
            version = next
            guard releases.removeValue(forKey: attempt)?.version == next else {
                throw wrong("\(name): version \(next) has no release in the ledger")
            }
        }
        guard version == tables.sequence.currentVersion else {
            throw wrong("the records end with version \(version), and \(tables.sequence.currentVersion) is current")
        }
        let open = tables.progress.map { Attempt($0.opening.round, $0.opening.attempt) }
        if let stray = releases.keys.sorted().first(where: { $0 != open }) {
            throw wrong("round \(stray.round), attempt \(stray.attempt): a release without a record")
        }
        if let open, let last, open <= last { throw wrong("round \(open.round) is in progress and has a record") }
    }

    /// What counts was received, and what was received belongs to an attempt that asked for it.
    private func checkReceipts(_ tables: Tables) throws(StoreError) {
        var held: [Attempt: Set<UInt32>] = [:]
        for receipt in tables.receipts {
            let id = receipt.assignment
            held[Attempt(id.round, id.attempt), default: []].insert(id.client.number)
        }
        for record in tables.participation {
            let clients = held.removeValue(forKey: Attempt(record.round, record.attempt)) ?? []
            let name = "round \(record.round), attempt \(record.attempt)"
            if let absent = record.accepted.first(where: { !clients.contains($0) }) {
                throw wrong("\(name): client \(absent) counts without a receipt")
            }
            if let stranger = clients.subtracting(record.selected).min() {
                throw wrong("\(name): a receipt of client \(stranger), which was not selected")
            }
        }
        if let opening = tables.progress?.opening {
            let clients = held.removeValue(forKey: Attempt(opening.round, opening.attempt)) ?? []
            if let stranger = clients.subtracting(opening.selected.map(\.number)).min() {
                throw wrong("round \(opening.round): a receipt of client \(stranger), which was not selected")
            }
        }
        if let stray = held.keys.sorted().first {
            throw wrong("round \(stray.round), attempt \(stray.attempt): receipts without a record")
        }
    }

    /// The privacy ledger's lines follow from each other, are this run's, and are all that the other tables call for.
    private func checkLedger(_ tables: Tables, run: RunID) throws(StoreError) {
        var verifier = LedgerVerifier()
        do throws(LedgerError) {
            for line in tables.ledger { try verifier.read(line.bytes) }
        } catch {
            switch error {
            case .broken(let line, let reason): throw wrong("line \(line) of the privacy ledger: \(reason)")
            case .notAccountable: throw wrong("a line of the privacy ledger that cannot be accounted for")
            case .incomplete(let reason): throw wrong(reason)
            }
        }
        if let state = verifier.state, state.terms.run != run { throw wrong("the privacy ledger is another run's") }
        let finding = LedgerCompleteness.finding(
            verifier,
            participation: tables.participation,
            updates: tables.receipts.map { ($0.assignment, $0.payload) },
            unledgeredVersion: tables.unledgeredVersion,
            hasOpenRound: tables.progress != nil
        )
        if let finding { throw wrong(finding) }
    }

    /// The kept files are whole, and the current one is the model that the records end with.
    private func checkCheckpoints(_ tables: Tables, run: RunID, report: inout StateReport) throws(StoreError) {
        for row in tables.checkpoints {
            let path = folder.checkpoint(row.file)
            guard StateFolder.exists(path) else {
                throw .missing(what: "\(path), model version \(row.version); restore the folder from a backup")
            }
            let (checkpoint, writer) = try SafetensorsFile.read(path, digest: row.file)
            guard checkpoint.version == row.version, checkpoint.modelDigest == row.model, writer == run else {
                throw .damaged(file: path, reason: "it holds another model than its row says")
            }
            report.checkpointCount += 1
            guard row.version == tables.sequence.currentVersion else { continue }
            report.modelDigest = row.model
        }
        guard let model = report.modelDigest else {
            throw wrong("no row for model version \(tables.sequence.currentVersion), the current one")
        }
        for record in tables.participation {
            guard case .committed(tables.sequence.currentVersion, let digest) = record.outcome else { continue }
            guard digest == model.hexadecimal else {
                throw wrong("the record of version \(tables.sequence.currentVersion) names another model than its file")
            }
        }
    }

    /// Every payload of the round in progress lies in its segment, whole, under the digest of its receipt.
    private func checkPayloads(_ tables: Tables) throws(StoreError) -> Int {
        guard let progress = tables.progress, !progress.updates.isEmpty else { return 0 }
        guard let end = tables.durableEnd else { throw wrong("updates without a place") }
        let segment = try SegmentFile(
            reading: folder,
            round: progress.opening.round,
            attempt: progress.opening.attempt,
            durableEnd: end
        )
        var receipts: [AssignmentID: SHA256Digest] = [:]
        for receipt in tables.receipts { receipts[receipt.assignment] = receipt.payload }
        for update in progress.updates {
            let id = update.report.assignment
            guard receipts[id] == update.report.payloadDigest else {
                throw wrong("round \(id.round), client \(id.client.number): its update and its receipt differ")
            }
            guard let (stored, place) = try database.read({ try StoreRows.update($0, id) }) else {
                throw wrong("round \(id.round), client \(id.client.number): its update has no row")
            }
            _ = try segment.payload(of: stored, at: place)
        }
        return progress.updates.count
    }

    private func wrong(_ finding: String) -> StoreError {
        .damaged(file: folder.database, reason: finding + "; restore the folder from a backup")
    }

    /// One attempt at a round, in the order of time.
    private struct Attempt: Hashable, Comparable {
        let round: UInt32
        let attempt: UInt32

        init(_ round: UInt32, _ attempt: UInt32) {
            self.round = round
            self.attempt = attempt
        }

        static func < (left: Self, right: Self) -> Bool {
            (left.round, left.attempt) < (right.round, right.attempt)
        }
    }
}

extension ParticipationRecord {
    fileprivate var isCommitted: Bool { if case .committed = outcome { true } else { false } }
}
