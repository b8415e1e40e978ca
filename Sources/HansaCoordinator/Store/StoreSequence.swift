package import HansaAccounting
package import HansaCore
import HansaNumerics
package import HansaResults

/// The order in which a store may be asked for things: the small part of its state that decides it.
///
/// Both stores ask it before they write and tell it after, so that they refuse the same calls.
package struct StoreSequence: Sendable {
    /// A round in progress, as far as the order of calls depends on it.
    package struct Round: Sendable {
        package let round: UInt32
        package let attempt: UInt32
        package var closing: RoundClosing?
        package var releaseVersion: UInt64?
        /// The model digest of the next version's checkpoint, once it is durable.
        package var checkpointDigest: SHA256Digest?

        package init(round: UInt32, attempt: UInt32) {
            self.round = round
            self.attempt = attempt
        }
    }

    /// The configuration the run was created with; nil for a fresh store.
    package var configurationDigest: SHA256Digest?
    package var currentVersion: UInt64 = 0
    package var round: Round?
    /// The last attempt that ended.
    package var ended: (round: UInt32, attempt: UInt32)?

    package init() {}

    package func checkRecover(_ digest: SHA256Digest) throws(StoreError) {
        guard let configurationDigest, configurationDigest != digest else { return }
        throw .foreignRun(got: configurationDigest.hexadecimal, expected: digest.hexadecimal)
    }

    package func checkCreate(_ digest: SHA256Digest, initial: Checkpoint) throws(StoreError) {
        try checkRecover(digest)
        guard configurationDigest == nil else { throw .outOfOrder("create: the store holds a run") }
        guard initial.version == 0, initial.round == 0 else { throw .outOfOrder("create: not an initial model") }
        try Self.checkSize(initial)
    }

    package func checkOpen(_ opening: RoundOpening) throws(StoreError) {
        guard configurationDigest != nil else { throw .outOfOrder("open: the store holds no run") }
        guard round == nil else { throw .outOfOrder("open: a round is in progress") }
        guard opening.modelVersion == currentVersion else { throw .outOfOrder("open: not the current model") }
        if let ended {
            guard (opening.round, opening.attempt) > ended else { throw .outOfOrder("open: the attempt has ended") }
        }
    }

    /// Whether a new update may be stored under an assignment.
    package func checkAppend(_ assignment: AssignmentID) throws(StoreError) {
        guard let round, round.closing == nil else { throw .outOfOrder("append: no round is open") }
        guard assignment.round == round.round, assignment.attempt == round.attempt else {
            throw .outOfOrder("append: an update of another round")
        }
    }

    /// `isDurable` says whether an assignment of this round has a durable update.
    package func checkClose(
        _ closing: RoundClosing,
        isDurable: (AssignmentID) throws(StoreError) -> Bool
    ) throws(StoreError) {
        guard let round, round.closing == nil else { throw .outOfOrder("close: no round is open") }
        guard closing.round == round.round, closing.attempt == round.attempt else {
            throw .outOfOrder("close: another round is open")
        }
        guard closing.abort == nil || closing.accepted.isEmpty else {
            throw .outOfOrder("close: an aborted round accepts nothing")
        }
        guard zip(closing.accepted, closing.accepted.dropFirst()).allSatisfy(<) else {
            throw .outOfOrder("close: the accepted assignments are not ascending")
        }
        for assignment in closing.accepted {
            guard assignment.round == round.round, assignment.attempt == round.attempt, try isDurable(assignment) else {
                throw .outOfOrder("close: an accepted update is not durable")
            }
        }
    }

    package func checkRelease(_ entry: ReleaseEntry) throws(StoreError) {
        guard let round = committing, entry.round == round.round, entry.attempt == round.attempt else {
            throw .outOfOrder("release: the round is not closed for a commit")
        }
        guard round.releaseVersion == nil else { throw .outOfOrder("release: recorded already") }
        guard entry.version == currentVersion + 1 else { throw .outOfOrder("release: not the next version") }
    }

    /// The privacy ledger's lines come without a gap.
    package static func check(_ ledger: [LedgerLine], lineCount: Int) throws(StoreError) {
        for (offset, line) in ledger.enumerated() where line.index != UInt64(lineCount + offset) {
            throw .outOfOrder("ledger: got line \(line.index), expected line \(lineCount + offset)")
        }
    }

    package func checkCheckpoint(_ checkpoint: Checkpoint) throws(StoreError) {
        guard let round = committing, round.releaseVersion != nil, checkpoint.round == round.round else {
            throw .outOfOrder("checkpoint: the round's release is not recorded")
        }
        guard checkpoint.version == currentVersion + 1 else { throw .outOfOrder("checkpoint: not the next version") }
        try Self.checkSize(checkpoint)
    }

    package func checkCurrent(version: UInt64, participation: ParticipationRecord) throws(StoreError) {
        guard let round = committing, let digest = round.checkpointDigest, version == currentVersion + 1 else {
            throw .outOfOrder("current: the next version's checkpoint is not durable")
        }
        guard participation.round == round.round, participation.attempt == round.attempt,
            participation.outcome == .committed(version: version, digest: digest.hexadecimal)
        else { throw .outOfOrder("current: the participation record tells of another round or model") }
    }

    package func checkAbort(_ participation: ParticipationRecord) throws(StoreError) {
        guard let round, let reason = round.closing?.abort else {
            throw .outOfOrder("abort: the round is not closed for an abort")
        }
        guard participation.round == round.round, participation.attempt == round.attempt,
            participation.outcome == .aborted(reason)
        else { throw .outOfOrder("abort: the participation record tells of another round or reason") }
    }

    package func checkDeletion(round number: UInt32, attempt: UInt32) throws(StoreError) {
        if let round, round.round == number, round.attempt == attempt {
            throw .outOfOrder("deletion: the round is in progress")
        }
    }

    /// The round ended; `version` is the new current one, nil after an abort.
    package mutating func end(version: UInt64?) {
        if let version { currentVersion = version }
        if let round { ended = (round.round, round.attempt) }
        round = nil
    }

    private var committing: Round? {
        guard let round, let closing = round.closing, closing.abort == nil else { return nil }
        return round
    }

    private static func checkSize(_ checkpoint: Checkpoint) throws(StoreError) {
        guard checkpoint.parameters.count == checkpoint.schema.count else {
            throw .outOfOrder("checkpoint: its parameters do not fit its schema")
        }
    }
}
