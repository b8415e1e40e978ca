public import HansaAccounting
public import HansaCore
public import HansaResults

/// The durable memory of one run.
///
/// One process, one task at a time.
///
/// Every method that changes something is durable when it returns; a process that dies anywhere in between finds either
/// the state before or the state after. The laws are checked by `checkCoordinatorStore` of `HansaTesting`, over the
/// in-memory store and over `DurableStore` alike.
///
/// The close of a round calls, in this order, ``close(_:)``, ``recordRelease(_:)``, ``writeCheckpoint(_:)``,
/// ``makeCurrent(version:participation:)`` and ``deletePayloads(round:attempt:)``; an aborted round calls
/// ``close(_:)``, ``recordAbort(_:)`` and ``deletePayloads(round:attempt:)``.
public protocol CoordinatorStore: AnyObject {
    /// What is there; nil for a fresh store. A store of another configuration is a ``StoreError/foreignRun(got:expected:)``.
    func recover(configurationDigest: SHA256Digest) throws(StoreError) -> RecoveredRun?

    /// Starts a run with its initial model. `configurationDigest` is compared at every later opening.
    func create(run: RunID, configurationDigest: SHA256Digest, initial: Checkpoint) throws(StoreError)

    /// Makes a round and its plans durable, before any plan is handed out.
    func open(_ opening: RoundOpening) throws(StoreError)

    /// Makes a batch of verified updates durable together: one sync of the payloads, one transaction. The same bytes
    /// under one assignment are stored once; other bytes are a ``StoreError/conflict``, which the caller rules out.
    ///
    /// - Parameter files: where a payload lies in a file already, that file, which a store on the same file system takes
    ///   over instead of writing the bytes once more.
    /// - Parameter ledger: the privacy ledger's next lines, of these updates and of refused ones, in the same
    ///   transaction; there may be lines without an update.
    func append(
        _ updates: [(update: StoredUpdate, payload: [UInt8])],
        files: [AssignmentID: PayloadFile],
        ledger: [LedgerLine]
    ) throws(StoreError)

    /// The payload of a durable update of the round in progress, checked against its digest.
    func payload(of assignment: AssignmentID) throws(StoreError) -> [UInt8]

    /// The payload digest of the update that was ever made durable under an assignment, in this round or in an ended
    /// one; nil if there is none. It outlives the payload, so that a repeated update gets its old answer.
    func payloadDigest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest?

    /// Step 1: the decision who counts.
    func close(_ closing: RoundClosing) throws(StoreError)

    /// Steps 2 and 3: noise seed, ledger entry and the privacy ledger's next lines, in one transaction.
    func recordRelease(_ entry: ReleaseEntry, ledger: [LedgerLine]) throws(StoreError)

    /// The lines of the privacy ledger, in order; none before the first release.
    func ledger() throws(StoreError) -> [LedgerLine]

    /// Step 4: the next version's file, content-addressed and durable, not yet current. Writing it again is harmless.
    func writeCheckpoint(_ checkpoint: Checkpoint) throws(StoreError)

    /// Step 5: the row that makes the version current and ends the round; a release's secret seed is erased with it.
    func makeCurrent(version: UInt64, participation: ParticipationRecord) throws(StoreError)

    /// The end of an aborted round.
    func recordAbort(_ participation: ParticipationRecord) throws(StoreError)

    /// Step 7: the payloads of a finished round are gone. Doing it again is harmless.
    func deletePayloads(round: UInt32, attempt: UInt32) throws(StoreError)
}

extension CoordinatorStore {
    /// Makes a batch of verified updates durable together, from their bytes.
    public func append(_ updates: [(update: StoredUpdate, payload: [UInt8])]) throws(StoreError) {
        try append(updates, files: [:], ledger: [])
    }

    /// Makes a batch of verified updates durable together that no line of the privacy ledger belongs to.
    public func append(
        _ updates: [(update: StoredUpdate, payload: [UInt8])],
        files: [AssignmentID: PayloadFile]
    ) throws(StoreError) {
        try append(updates, files: files, ledger: [])
    }

    /// Makes a release durable that no line of the privacy ledger belongs to.
    public func recordRelease(_ entry: ReleaseEntry) throws(StoreError) { try recordRelease(entry, ledger: []) }
}
