public import HansaAccounting
public import HansaCore
public import HansaResults

/// A store that keeps everything in memory, for simulations and tests, with the order and the answers of the durable one.
///
/// What it holds lives in a ``Disk``, which outlives the store: another store on the same disk finds what the first one
/// left, and from then on the first one is locked out.
public final class InMemoryStore: CoordinatorStore {
    /// What survives a store.
    public final class Disk {
        fileprivate var fence: UInt64 = 0
        fileprivate var sequence = StoreSequence()
        fileprivate var checkpoint: Checkpoint?
        fileprivate var next: Checkpoint?
        fileprivate var opening: RoundOpening?
        fileprivate var updates: [StoredUpdate] = []
        fileprivate var release: ReleaseEntry?
        fileprivate var payloads: [AssignmentID: [UInt8]] = [:]
        fileprivate var digests: [AssignmentID: SHA256Digest] = [:]
        fileprivate var participation: [ParticipationRecord] = []
        fileprivate var ledger: [LedgerLine] = []

        public init() {}
    }

    private let disk: Disk
    private let fence: UInt64
    private let observer: DurableWriteObserver?
    private var failure: StoreError?

    public init(disk: Disk = Disk(), observer: DurableWriteObserver? = nil) {
        self.disk = disk
        self.observer = observer
        disk.fence += 1
        fence = disk.fence
    }

    public func recover(configurationDigest: SHA256Digest) throws(StoreError) -> RecoveredRun? {
        try checkUsable()
        try disk.sequence.checkRecover(configurationDigest)
        guard let checkpoint = disk.checkpoint else { return nil }
        let progress = disk.opening.map {
            RoundProgress(
                opening: $0,
                updates: disk.updates,
                closing: disk.sequence.round?.closing,
                release: disk.release
            )
        }
        return RecoveredRun(checkpoint: checkpoint, progress: progress, participation: disk.participation)
    }

    public func create(run: RunID, configurationDigest: SHA256Digest, initial: Checkpoint) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkCreate(configurationDigest, initial: initial)
        try write(.run) {
            disk.checkpoint = initial
            disk.sequence.configurationDigest = configurationDigest
        }
    }

    public func open(_ opening: RoundOpening) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkOpen(opening)
        try write(.opening) {
            disk.opening = opening
            disk.sequence.round = StoreSequence.Round(round: opening.round, attempt: opening.attempt)
        }
    }

    public func append(
        _ updates: [(update: StoredUpdate, payload: [UInt8])],
        files: [AssignmentID: PayloadFile],
        ledger: [LedgerLine]
    ) throws(StoreError) {
        try checkUsable()
        try StoreSequence.check(ledger, lineCount: disk.ledger.count)
        var fresh: [AssignmentID: SHA256Digest] = [:]
        var batch: [(update: StoredUpdate, payload: [UInt8])] = []
        for entry in updates {
            let assignment = entry.update.report.assignment
            let digest = entry.update.report.payloadDigest
            if let held = disk.digests[assignment] ?? fresh[assignment] {
                guard held == digest else { throw .conflict }
                continue
            }
            try disk.sequence.checkAppend(assignment)
            fresh[assignment] = digest
            batch.append(entry)
        }
        if batch.isEmpty, ledger.isEmpty { return }
        try write(batch.isEmpty ? .charges : .receipts) {
            disk.ledger += ledger
            for entry in batch {
                disk.updates.append(entry.update)
                disk.payloads[entry.update.report.assignment] = entry.payload
            }
            disk.digests.merge(fresh) { held, _ in held }
        }
    }

    public func payload(of assignment: AssignmentID) throws(StoreError) -> [UInt8] {
        try checkUsable()
        guard let round = disk.sequence.round, round.round == assignment.round, round.attempt == assignment.attempt,
            let payload = disk.payloads[assignment]
        else { throw .missing(what: "the payload of an update") }
        return payload
    }

    public func payloadDigest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest? {
        try checkUsable()
        return disk.digests[assignment]
    }

    public func close(_ closing: RoundClosing) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkClose(closing) { disk.payloads[$0] != nil }
        try write(.closing) { disk.sequence.round?.closing = closing }
    }

    public func ledger() throws(StoreError) -> [LedgerLine] {
        try checkUsable()
        return disk.ledger
    }

    public func recordRelease(_ entry: ReleaseEntry, ledger: [LedgerLine]) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkRelease(entry)
        try StoreSequence.check(ledger, lineCount: disk.ledger.count)
        try write(.release) {
            disk.ledger += ledger
            disk.release = entry
            disk.sequence.round?.releaseVersion = entry.version
        }
    }

    public func writeCheckpoint(_ checkpoint: Checkpoint) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkCheckpoint(checkpoint)
        let digest = checkpoint.modelDigest
        try write(.checkpointRow) {
            disk.next = checkpoint
            disk.sequence.round?.checkpointDigest = digest
        }
    }

    public func makeCurrent(version: UInt64, participation: ParticipationRecord) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkCurrent(version: version, participation: participation)
        try write(.current) {
            disk.checkpoint = disk.next
            endRound(version: version, participation: participation)
        }
    }

    public func recordAbort(_ participation: ParticipationRecord) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkAbort(participation)
        try write(.abort) { endRound(version: nil, participation: participation) }
    }

    public func deletePayloads(round: UInt32, attempt: UInt32) throws(StoreError) {
        try checkUsable()
        try disk.sequence.checkDeletion(round: round, attempt: attempt)
        try write(.payloadRemoval) {
            disk.payloads = disk.payloads.filter { $0.key.round != round || $0.key.attempt != attempt }
        }
    }

    private func endRound(version: UInt64?, participation: ParticipationRecord) {
        disk.participation.append(participation)
        disk.sequence.end(version: version)
        disk.next = nil
        disk.opening = nil
        disk.updates = []
        disk.release = nil
    }

    private func checkUsable() throws(StoreError) {
        if let failure { throw failure }
        guard fence == disk.fence else { throw .locked(folder: "memory") }
    }

    private func write(_ kind: DurableWrite.Kind, _ change: () -> Void) throws(StoreError) {
        guard let observer else { return change() }
        do throws(StoreError) {
            try observer(DurableWrite(kind: kind, moment: .before))
            change()
            try observer(DurableWrite(kind: kind, moment: .after))
        } catch {
            failure = error
            throw error
        }
    }
}
