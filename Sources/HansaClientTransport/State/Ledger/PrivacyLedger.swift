import CPosix
public import HansaClient
import HansaCore
import HansaNumerics

/// The device's own account of what its updates cost: a line for each, durable before the update's first byte leaves.
///
/// The file `ledger` is only appended to, and its lines are chained by their hashes (`DeviceLedgerLine`). Above 1 MiB it becomes
/// `ledger.1`, in place of the one before, and a new one begins with the totals of all before and the chain it goes on
/// from. A record and its charge become durable in one piece, in the outbox; the ledger takes the charge over from there,
/// at once or when the folder is opened next, and once only. A line that a power cut cut short was not acted on and is
/// written again. A file that was changed is not worked with: what was spent would not be known. Its owner moves it aside as
/// `ledger.damaged`; the new one counts what the journal has, and one update at least, as of unknown cost.
///
/// Nothing depends on a clock. A restored backup is noticed where something contradicts it: the file's place, more answered
/// updates in the journal, another update in the coordinator's hands.
public struct PrivacyLedger: ~Copyable {
    static let byteCountMax = 1 << 20

    private let folder: String
    private let byteCountMax: Int
    private var descriptor: Int32
    private var byteCount: Int
    private var chain: [UInt8]
    public private(set) var totals: DeviceLedgerTotals
    /// The bytes of this file's entries.
    private var entries: [[UInt8]]
    /// What was found on opening that a person should know.
    private(set) var notes: [DeviceLedgerEntry] = []

    /// Opens the folder's ledger or begins one, and takes over what the outbox holds.
    ///
    /// - Parameters:
    ///   - answeredCount: how many updates were answered, by the journal.
    ///   - outbox: the folder's records.
    ///   - byteCountMax: above it the ledger goes on in a new file.
    static func open(
        folder: String,
        answeredCount: UInt64,
        outbox: [LedgerOutboxEntry],
        byteCountMax: Int = byteCountMax
    ) throws(StateError) -> PrivacyLedger {
        let (content, lostCount) = try content(folder)
        let descriptor = try openFile(folder, wholeByteCount: content.wholeByteCount)
        var ledger = PrivacyLedger(folder, content: content, descriptor: descriptor, byteCountMax: byteCountMax)
        try ledger.settlePlace()
        for record in outbox { try ledger.takeOver(record) }
        let count = ledger.totals.updateCount
        let missingCount = max(lostCount, count < answeredCount ? answeredCount - count : 0)
        if missingCount > 0 { try ledger.note(.missing(missingCount)) }
        return ledger
    }

    private init(_ folder: String, content: LedgerContent, descriptor: Int32, byteCountMax: Int) {
        self.folder = folder
        self.byteCountMax = byteCountMax
        self.descriptor = descriptor
        totals = content.totals
        chain = content.chain
        entries = content.entries
        byteCount = content.wholeByteCount
    }

    deinit { hansa_close(descriptor) }

    /// Writes down what a new record costs; its bytes may leave afterwards.
    mutating func charge(_ record: OutboxRecord) throws(StateError) {
        try append(.charged(DeviceLedgerCharge(record)))
    }

    /// The lines from here on are for a run.
    mutating func begin(_ run: RunID) throws(StateError) {
        if totals.run != run { try append(.run(run)) }
    }

    /// Writes down that the coordinator's words do not fit, once.
    ///
    /// - Returns: whether it is news.
    mutating func contradict(_ entry: DeviceLedgerEntry) throws(StateError) -> Bool {
        guard !holds(entry.bytes) else { return false }
        try append(entry)
        return true
    }

    /// Whether work is of a round before one that was charged.
    func isEarlier(_ id: AssignmentID) -> Bool { id.round < totals.roundMax }

    /// Goes on in a new file where this one is long; only while the outbox is empty, whose records are looked for in this
    /// file alone.
    mutating func rotateIfLong() throws(StateError) {
        guard byteCount > byteCountMax else { return }
        let path = folder + "/ledger"
        let status = hansa_rename(path, path + ".1")
        guard status >= 0 else { throw StateError("rotated", path, SystemError(status)) }
        let content = try Self.begin(folder, after: chain, totals: totals)
        let next = try Self.openFile(folder, wholeByteCount: content.wholeByteCount)
        hansa_close(descriptor)
        (descriptor, chain, entries, byteCount) = (next, content.chain, content.entries, content.wholeByteCount)
        totals = content.totals
        try settlePlace()
    }

    private mutating func takeOver(_ record: LedgerOutboxEntry) throws(StateError) {
        switch record {
        case .whole(let charge):
            // The same bytes, made for the same work at the same cost, are the same entry.
            if !holds(DeviceLedgerEntry.charged(charge).bytes) { try append(.charged(charge)) }
        case .unreadable(let id):
            let entry = DeviceLedgerEntry.note(.unreadable, id)
            // Kind, then the work, in both; but another run's work may have the same numbers.
            let charged = [DeviceLedgerEntry.chargedNumber] + entry.bytes.dropFirst()
            for held in entries.reversed() {
                if held.first == DeviceLedgerEntry.runNumber { break }
                if held.elementsEqual(entry.bytes) || held.starts(with: charged) { return }
            }
            try note(entry)
        }
    }

    private func holds(_ bytes: [UInt8]) -> Bool {
        for held in entries where held == bytes { return true }
        return false
    }

    private mutating func note(_ entry: DeviceLedgerEntry) throws(StateError) {
        try append(entry)
        notes.append(entry)
    }

    /// Writes down where the file is, where that is news.
    private mutating func settlePlace() throws(StateError) {
        var status = hansa_file_status()
        let error = hansa_file_status(folder + "/ledger", &status)
        guard error >= 0 else { throw StateError("read", folder + "/ledger", SystemError(error)) }
        guard let before = totals.place else { return try append(.place(status.number)) }
        if before != status.number { try note(.place(status.number)) }
    }

    private mutating func append(_ entry: DeviceLedgerEntry) throws(StateError) {
        let bytes = entry.bytes
        let next = DeviceLedgerLine.chain(bytes, after: chain)
        let line = DeviceLedgerLine.bytes(bytes, chain: next)
        do throws(SystemError) {
            try Files.writeAll(line, to: descriptor)
            try Files.check(hansa_sync(descriptor))
        } catch {
            throw StateError("written", folder + "/ledger", error)
        }
        chain = next
        byteCount += line.count
        totals.add(entry)
        entries.append(bytes)
    }

    /// The folder's ledger, or a new one that goes on from the one before, and how many updates are known to be lost.
    private static func content(_ folder: String) throws(StateError) -> (LedgerContent, lostCount: UInt64) {
        if let content = try read(folder + "/ledger") { return (content, 0) }
        // A ledger that was moved aside had at least one update that no line tells of, or its owner need not have done so.
        var status = hansa_file_status()
        let lostCount: UInt64 = hansa_file_status(folder + "/ledger.damaged", &status) >= 0 ? 1 : 0
        // The first ledger of a folder, or a crash between the old one's new name and the new one's first line.
        let before = try read(folder + "/ledger.1")
        let totals = before?.totals ?? DeviceLedgerTotals()
        return (try begin(folder, after: before?.chain ?? DeviceLedgerLine.noChain, totals: totals), lostCount)
    }

    private static func read(_ path: String) throws(StateError) -> LedgerContent? {
        let found = try LedgerContent.read(path)
        if let line = found?.brokenLine { throw .damagedLedger(path: path, line: line) }
        return found
    }

    private static func begin(
        _ folder: String,
        after chain: [UInt8],
        totals: DeviceLedgerTotals
    ) throws(StateError) -> LedgerContent {
        let entry = DeviceLedgerEntry.began(after: chain, totals).bytes
        let line = DeviceLedgerLine.bytes(entry, chain: DeviceLedgerLine.chain(entry, after: chain))
        do throws(SystemError) {
            try Files.replace("ledger", in: folder, with: [line])
        } catch {
            throw StateError("written", folder + "/ledger", error)
        }
        return LedgerContent(line)
    }

    /// Opens the file to go on behind its whole lines.
    private static func openFile(_ folder: String, wholeByteCount: Int) throws(StateError) -> Int32 {
        let path = folder + "/ledger"
        let descriptor = hansa_open_append(path)
        guard descriptor >= 0 else { throw StateError("opened", path, SystemError(descriptor)) }
        do throws(SystemError) {
            try Files.check(hansa_truncate(descriptor, UInt64(wholeByteCount)))
            try Files.check(hansa_sync(descriptor))
        } catch {
            hansa_close(descriptor)
            throw StateError("written", path, error)
        }
        return descriptor
    }
}
