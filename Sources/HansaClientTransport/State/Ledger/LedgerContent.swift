import HansaCore
import HansaNumerics

/// What a ledger file holds, its chain checked.
struct LedgerContent {
    /// A ledger goes on in a new file long before.
    static let byteCountMax: UInt64 = 16 << 20

    /// The bytes of the whole lines' entries.
    private(set) var entries: [[UInt8]] = []
    private(set) var totals = LedgerTotals()
    /// The chain that the file goes on from, and the chain up to its last whole line.
    private(set) var previousChain = LedgerLine.noChain
    private(set) var chain = LedgerLine.noChain
    /// The whole lines.
    private(set) var wholeByteCount = 0
    /// Whether a power cut cut the last line short: what it told was not acted on.
    private(set) var isTorn = false
    /// The first line, from 1, that is not the one that was written.
    private(set) var brokenLine: Int?

    init(_ bytes: [UInt8]) {
        for (end, byte) in bytes.enumerated() where byte == 0x0A {
            guard let (entry, totals, next) = follow(Array(bytes[wholeByteCount..<end])) else {
                brokenLine = entries.count + 1
                return
            }
            entries.append(entry)
            self.totals = totals
            chain = next
            wholeByteCount = end + 1
        }
        isTorn = wholeByteCount < bytes.count
        // A first line is put in place whole. A whole line with something else for its end was changed, not cut short.
        if entries.isEmpty || isTorn && follow(Array(bytes[wholeByteCount...].dropLast())) != nil {
            brokenLine = entries.count + 1
        }
    }

    /// A line without its end, if it is one that follows.
    private mutating func follow(_ text: [UInt8]) -> (entry: [UInt8], totals: LedgerTotals, chain: [UInt8])? {
        guard let (bytes, chain) = LedgerLine.parts(text), let entry = LedgerEntry(bytes) else { return nil }
        if case .began(let before, _) = entry {
            guard entries.isEmpty else { return nil }
            (previousChain, self.chain) = (before, before)
        } else if entries.isEmpty {
            return nil
        }
        guard LedgerLine.chain(bytes, after: self.chain) == chain else { return nil }
        var totals = totals
        totals.add(entry)
        return (bytes, totals, chain)
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
