import CPosix
import HansaCore
import HansaNumerics

/// The client's own ledger of contributions: a line for each answered update, synced before its record is let go.
///
/// The file `journal` is only appended to. Above 4 MiB it becomes `journal.1`, in place of the one before, and a new one
/// begins with the line `carried A R`: how many updates were accepted and refused before it. A line that a power cut tore
/// is passed over; its record is still in the outbox and is answered again.
public struct Journal: ~Copyable {
    private static let byteCountMax = 4 << 20
    /// How many of the newest entries are known by name, so that an answer is noted once.
    private static let recentCountMax = 64

    private let folder: String
    private var descriptor: Int32
    private var byteCount: Int
    public private(set) var totals: JournalTotals
    private var recent: [JournalEntry]

    init(folder: String) throws(StateError) {
        let content: JournalContent
        do throws(SystemError) {
            content = try JournalContent(folder: folder)
        } catch {
            throw StateError("read", folder + "/journal", error)
        }
        if content.goesOn { try Self.begin(folder, totals: content.totals) }
        descriptor = try Self.open(folder, isTorn: content.isTorn)
        self.folder = folder
        byteCount = content.byteCount
        totals = content.totals
        recent = Array(content.entries.suffix(Self.recentCountMax))
    }

    deinit { hansa_close(descriptor) }

    mutating func append(_ entry: JournalEntry) throws(StateError) {
        // Another run's assignment may have the same numbers, but not the same bytes.
        let isKnown = recent.contains { held in
            held.assignment == entry.assignment && held.payloadDigest == entry.payloadDigest
        }
        guard !isKnown else { return }
        if byteCount > Self.byteCountMax { try rotate() }
        try write(entry.line + "\n")
        totals.count(entry)
        recent.append(entry)
        if recent.count > Self.recentCountMax { recent.removeFirst() }
    }

    /// Another run begins in this folder: its assignments are none of those before.
    mutating func runChanged() { recent.removeAll() }

    private mutating func rotate() throws(StateError) {
        let path = folder + "/journal"
        // The new one is durable before the old one's name is taken; `carried` makes them one count.
        let status = hansa_rename(path, path + ".1")
        guard status >= 0 else { throw StateError("rotated", path, SystemError(status)) }
        try Self.begin(folder, totals: totals)
        let next = try Self.open(folder, isTorn: false)
        hansa_close(descriptor)
        descriptor = next
        byteCount = totals.line.utf8.count + 1
    }

    /// Begins a journal that goes on from another.
    private static func begin(_ folder: String, totals: JournalTotals) throws(StateError) {
        do throws(SystemError) {
            try Files.replace("journal", in: folder, with: [PlainText("\(totals.line)\n").bytes])
        } catch {
            throw StateError("written", folder + "/journal", error)
        }
    }

    private mutating func write(_ text: String) throws(StateError) {
        let bytes = text.bytes
        do throws(SystemError) {
            try Files.writeAll(bytes, to: descriptor)
            try Files.check(hansa_sync(descriptor))
        } catch {
            throw StateError("written", folder + "/journal", error)
        }
        byteCount += bytes.count
    }

    private static func open(_ folder: String, isTorn: Bool) throws(StateError) -> Int32 {
        let path = folder + "/journal"
        let descriptor = hansa_open_append(path)
        guard descriptor >= 0 else { throw StateError("opened", path, SystemError(descriptor)) }
        do throws(SystemError) {
            if isTorn { try Files.writeAll([10], to: descriptor) }
            try Files.check(hansa_sync_folder(folder))
        } catch {
            hansa_close(descriptor)
            throw StateError("written", path, error)
        }
        return descriptor
    }
}
