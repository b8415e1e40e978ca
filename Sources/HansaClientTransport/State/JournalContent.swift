import HansaCore
import HansaNumerics

/// What a journal file holds.
struct JournalContent {
    /// A journal is rotated long before.
    private static let byteCountMax: UInt64 = 16 << 20

    var entries: [JournalEntry] = []
    var totals = JournalTotals()
    var byteCount = 0
    /// Whether the last line has no end.
    var isTorn = false
    /// Whether a crash came between the old journal's new name and the new one's first line.
    var goesOn = false

    /// Reads the folder's journal, or the one before where there is none.
    init(folder: String) throws(SystemError) {
        var bytes = try Self.read(folder + "/journal")
        let isAbsent = bytes == nil
        if isAbsent { bytes = try Self.read(folder + "/journal.1") }
        guard let bytes else { return }
        // A line without its end is torn, whatever it reads as.
        var start = 0
        for (end, byte) in bytes.enumerated() where byte == 10 {
            let line = Array(bytes[start..<end])
            start = end + 1
            if let entry = JournalEntry(line: line) {
                entries.append(entry)
                totals.count(entry)
            } else if let carried = JournalTotals(line: line) {
                totals = carried
            }
        }
        guard !isAbsent else {
            goesOn = true
            return
        }
        byteCount = bytes.count
        isTorn = bytes.last.map { $0 != 10 } ?? false
    }

    private static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            return try Files.read(path, byteCountMax: byteCountMax)
        } catch {
            guard error == .noSuchFile else { throw error }
            return nil
        }
    }
}
