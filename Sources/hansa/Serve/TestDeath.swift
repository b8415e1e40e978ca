import Foundation
import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaResults
import HansaSimulation

/// A place where a test wants the coordinator to die: after the `receipt`-th durable update of a round.
struct TestDeath: Hashable, Sendable {
    var round: UInt32
    var receipt: Int

    private static let variable = "HANSA_TEST_DIE_AT_RECEIPT"

    /// The places that the environment names as `ROUND:N[,ROUND:N]`.
    static func fromEnvironment() throws(CommandFailure) -> [Self] {
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else { return [] }
        var deaths: [Self] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false)
            guard numbers.count == 2, let round = UInt32(numbers[0]), let receipt = Int(numbers[1]), receipt >= 1 else {
                throw CommandFailure(.usage, "\(variable): got \"\(part)\", expected ROUND:N, such as 3:2.")
            }
            deaths.append(Self(round: round, receipt: receipt))
        }
        return deaths
    }

    /// The file in the state folder that says that this death was died.
    private func marker(_ folder: String) -> String { folder + "/died-\(round)-\(receipt)" }

    func isDone(in folder: String) -> Bool { access(marker(folder), F_OK) == 0 }

    /// Marks the death and ends the process as a kill would: nothing is closed, flushed or answered.
    func die(in folder: String) -> Never {
        let descriptor = open(marker(folder), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { fsync(descriptor) }
        while true { kill(getpid(), SIGKILL) }
    }
}

/// A store that kills its process where a test wants it: after updates became durable, before they are acknowledged.
final class TestDeathStore: CoordinatorStore {
    private let store: any CoordinatorStore
    private let deaths: [TestDeath]
    private let folder: String
    private var round: UInt32 = 0
    private var receiptCount = 0

    init(_ store: any CoordinatorStore, deaths: [TestDeath], folder: String) {
        self.store = store
        self.folder = folder
        self.deaths = deaths.filter { !$0.isDone(in: folder) }
    }

    func append(
        _ updates: [(update: StoredUpdate, payload: [UInt8])],
        files: [AssignmentID: PayloadFile],
        ledger: [LedgerLine]
    ) throws(StoreError) {
        try store.append(updates, files: files, ledger: ledger)
        receiptCount += updates.count
        for death in deaths where death.round == round && receiptCount >= death.receipt { death.die(in: folder) }
    }

    func recover(configurationDigest: SHA256Digest) throws(StoreError) -> RecoveredRun? {
        let recovered = try store.recover(configurationDigest: configurationDigest)
        round = recovered?.progress?.opening.round ?? 0
        receiptCount = recovered?.progress?.updates.count ?? 0
        return recovered
    }

    func open(_ opening: RoundOpening) throws(StoreError) {
        try store.open(opening)
        (round, receiptCount) = (opening.round, 0)
    }

    func create(run: RunID, configurationDigest: SHA256Digest, initial: Checkpoint) throws(StoreError) {
        try store.create(run: run, configurationDigest: configurationDigest, initial: initial)
    }

    func payload(of assignment: AssignmentID) throws(StoreError) -> [UInt8] { try store.payload(of: assignment) }

    func payloadDigest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest? {
        try store.payloadDigest(of: assignment)
    }

    func close(_ closing: RoundClosing) throws(StoreError) { try store.close(closing) }

    func recordRelease(_ entry: ReleaseEntry, ledger: [LedgerLine]) throws(StoreError) {
        try store.recordRelease(entry, ledger: ledger)
    }

    func ledger() throws(StoreError) -> [LedgerLine] { try store.ledger() }

    func writeCheckpoint(_ checkpoint: Checkpoint) throws(StoreError) { try store.writeCheckpoint(checkpoint) }

    func makeCurrent(version: UInt64, participation: ParticipationRecord) throws(StoreError) {
        try store.makeCurrent(version: version, participation: participation)
    }

    func recordAbort(_ participation: ParticipationRecord) throws(StoreError) {
        try store.recordAbort(participation)
    }

    func deletePayloads(round: UInt32, attempt: UInt32) throws(StoreError) {
        try store.deletePayloads(round: round, attempt: attempt)
    }
}
