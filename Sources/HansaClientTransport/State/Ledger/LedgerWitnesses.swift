#if !hasFeature(Embedded)
import HansaClient
import HansaCore
import HansaNumerics

/// What the state folder knows of updates beside the ledger: the journal's answers and the outbox's records.
struct LedgerWitnesses {
    private let answered: [JournalEntry]
    private let answeredCount: UInt64
    private let waiting: [LedgerOutboxEntry]
    private let hasRun: Bool

    init(folder: String) throws(StateError) {
        do throws(SystemError) {
            let journal = try JournalContent(folder: folder)
            answered = journal.entries
            answeredCount = UInt64(journal.totals.answeredCount)
        } catch {
            throw StateError("read", folder + "/journal", error)
        }
        waiting = try StateFolder.outbox(of: folder)
        hasRun = StateFolder.run(of: folder) != nil
    }

    /// What the ledger lacks of what they tell, in words; nil where it lacks nothing.
    ///
    /// - Parameters:
    ///   - content: the newest file.
    ///   - before: the file that it goes on from; of those before it only the sums are known.
    func contradiction(of content: LedgerContent?, after before: LedgerContent?) -> PlainText? {
        guard let content else {
            guard answeredCount > 0 || hasRun else { return nil }
            return "there is no ledger, and the journal has \(answeredCount) answered updates"
        }
        if content.totals.updateCount < answeredCount {
            return "the ledger has \(content.totals.updateCount) updates, and the journal \(answeredCount) that were"
                + " answered"
        }
        // Updates that an older file's sums hold, or that the ledger itself calls unknown, have no line to be found.
        let first = (before ?? content).entries.first.flatMap { DeviceLedgerEntry($0) }
        var excused = content.totals.spending.unknownCount
        if case .began(_, let totals)? = first {
            let (sum, overflows) = excused.addingReportingOverflow(totals.updateCount)
            excused = overflows ? .max : sum
        }
        var charged: Set<Key> = []
        for bytes in (before?.entries ?? []) + content.entries {
            if case .charged(let charge)? = DeviceLedgerEntry(bytes) {
                charged.insert(Key(assignment: charge.assignment, payload: charge.payloadDigest))
            }
        }
        var lost: UInt64 = 0
        for entry in answered where !charged.contains(Key(assignment: entry.assignment, payload: entry.payloadDigest)) {
            lost += 1
        }
        guard lost > excused else { return nil }
        return "the journal has \(lost - excused) answered updates that the ledger has no line for"
    }

    /// Records that a crash kept from the newest file, as it would have them.
    func pending(in content: LedgerContent?) -> [DeviceLedgerEntry] {
        let held = Set(content?.entries ?? [])
        var entries: [DeviceLedgerEntry] = []
        for case .whole(let charge) in waiting where !held.contains(DeviceLedgerEntry.charged(charge).bytes) {
            entries.append(.charged(charge))
        }
        return entries
    }

    private struct Key: Hashable {
        let assignment: AssignmentID
        let payload: SHA256Digest
    }
}
#endif
