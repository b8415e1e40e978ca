import HansaCoordinator
import HansaCore
import HansaResults

/// A store that dies: before a durable write, so that nothing of it happened, or right after, so that nobody hears of it.
///
/// It stands in front of the real store of one simulated coordinator process. The numbering of writes runs on over
/// restarts, so that a test can name each of them.
final class FaultyStore: CoordinatorStore {
    private let base: any CoordinatorStore
    private let crashes: CrashSchedule

    init(_ base: any CoordinatorStore, crashes: CrashSchedule) {
        self.base = base
        self.crashes = crashes
    }

    func recover(configurationDigest: SHA256Digest) throws(StoreError) -> RecoveredRun? {
        try base.recover(configurationDigest: configurationDigest)
    }

    func create(run: RunID, configurationDigest: SHA256Digest, initial: Checkpoint) throws(StoreError) {
        try write { () throws(StoreError) in
            try base.create(run: run, configurationDigest: configurationDigest, initial: initial)
        }
    }

    func open(_ opening: RoundOpening) throws(StoreError) {
        try write { () throws(StoreError) in try base.open(opening) }
    }

    func append(_ updates: [(update: StoredUpdate, payload: [UInt8])]) throws(StoreError) {
        try write { () throws(StoreError) in try base.append(updates) }
    }

    func payload(of assignment: AssignmentID) throws(StoreError) -> [UInt8] { try base.payload(of: assignment) }

    func payloadDigest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest? {
        try base.payloadDigest(of: assignment)
    }

    func close(_ closing: RoundClosing) throws(StoreError) {
        try write { () throws(StoreError) in try base.close(closing) }
    }

    func recordRelease(_ entry: ReleaseEntry) throws(StoreError) {
        try write { () throws(StoreError) in try base.recordRelease(entry) }
    }

    func writeCheckpoint(_ checkpoint: Checkpoint) throws(StoreError) {
        try write { () throws(StoreError) in try base.writeCheckpoint(checkpoint) }
    }

    func makeCurrent(version: UInt64, participation: ParticipationRecord) throws(StoreError) {
        try write { () throws(StoreError) in try base.makeCurrent(version: version, participation: participation) }
    }

    func recordAbort(_ participation: ParticipationRecord) throws(StoreError) {
        try write { () throws(StoreError) in try base.recordAbort(participation) }
    }

    func deletePayloads(round: UInt32, attempt: UInt32) throws(StoreError) {
        try write { () throws(StoreError) in try base.deletePayloads(round: round, attempt: attempt) }
    }

    private func write(_ operation: () throws(StoreError) -> Void) throws(StoreError) {
        let fate = crashes.next()
        if fate == .diesBefore { throw .crashed }
        try operation()
        if fate == .diesAfter { throw .crashed }
    }
}
