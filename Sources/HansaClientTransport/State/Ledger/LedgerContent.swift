import HansaClient
import HansaNumerics

/// What a ledger file holds, its chain checked.
struct LedgerContent {
    /// A ledger goes on in a new file long before.
    static let byteCountMax: UInt64 = 16 << 20

    /// The bytes of the whole lines' entries.
    private(set) var entries: [[UInt8]] = []
    /// The chain that the file goes on from.
    private(set) var previousChain = DeviceLedgerLine.noChain
    private var state = DeviceLedgerChain()
    /// The whole lines.
    private(set) var wholeByteCount = 0
    /// Whether a power cut cut the last line short: what it told was not acted on.
    private(set) var isTorn = false
    /// The first line, from 1, that is not the one that was written.
    private(set) var brokenLine: Int?

    init(_ bytes: [UInt8]) {
        for (end, byte) in bytes.enumerated() where byte == 0x0A {
            guard let (entry, next) = follow(Array(bytes[wholeByteCount..<end])) else {
                brokenLine = entries.count + 1
                return
            }
            if case .began(let before, _)? = DeviceLedgerEntry(entry) { previousChain = before }
            entries.append(entry)
            state = next
            wholeByteCount = end + 1
        }
        isTorn = wholeByteCount < bytes.count
        // A first line is put in place whole. A whole line with something else for its end was changed, not cut short.
        if entries.isEmpty || isTorn && follow(Array(bytes[wholeByteCount...].dropLast())) != nil {
            brokenLine = entries.count + 1
        }
    }

    /// What the lines come to.
    var totals: DeviceLedgerTotals { state.totals }
    /// The chain up to the last whole line.
    var chain: [UInt8] { state.value }

    /// The entry of a line without its end, and the state behind it; nil where it does not follow.
    private func follow(_ text: [UInt8]) -> (entry: [UInt8], next: DeviceLedgerChain)? {
        guard let (bytes, link) = DeviceLedgerLine.parts(text) else { return nil }
        var next = state
        guard let entry = next.follow(bytes, link: link) else { return nil }
        // A file begins with what came before it, and does so once.
        var isFirst = false
        if case .began = entry { isFirst = true }
        return isFirst == entries.isEmpty ? (bytes, next) : nil
    }

    /// The file's content; nil where there is no such file.
    static func read(_ path: String) throws(StateError) -> LedgerContent? {
        do throws(SystemError) {
            return LedgerContent(try Files.read(path, byteCountMax: byteCountMax))
        } catch {
            guard error == .noSuchFile else { throw StateError("read", path, error) }
            return nil
        }
    }
}
