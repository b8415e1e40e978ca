import HansaCore
import HansaNumerics

/// What a ledger file holds, its chain checked.
struct LedgerContent {
    /// A ledger goes on in a new file long before.
    static let byteCountMax: UInt64 = 16 << 20

    /// What stands behind the last whole line.
    enum Tail: Hashable {
        case nothing
        /// A line that a power cut cut short: what it told was not acted on.
        case torn
    }

    private(set) var entries: [LedgerEntry] = []
    private(set) var totals = LedgerTotals()
    /// The chain up to the last whole line.
    private(set) var chain = LedgerLine.noChain
    /// The whole lines.
    private(set) var wholeByteCount = 0
    private(set) var tail = Tail.nothing
    /// The first line, from 1, that is not the one that was written.
    private(set) var brokenLine: Int?

    init(_ bytes: [UInt8]) {
        var start = 0
        var number = 0
        for (end, byte) in bytes.enumerated() where byte == 0x0A {
            number += 1
            guard take(Array(bytes[start..<end])) else {
                brokenLine = number
                return
            }
            start = end + 1
            wholeByteCount = start
        }
        guard start < bytes.count else {
            if entries.isEmpty { brokenLine = 1 }
            return
        }
        // A first line is put in place whole. A whole line with something else for its end was changed, not cut short.
        let rest = Array(bytes[start...])
        let isChanged = LedgerLine(Array(rest.dropLast()), after: chain) != nil
        if entries.isEmpty || isChanged { brokenLine = number + 1 } else { tail = .torn }
    }

    private mutating func take(_ text: [UInt8]) -> Bool {
        guard let line = LedgerLine(text, after: entries.isEmpty ? Self.before(text) : chain) else { return false }
        if case .began = line.entry { guard entries.isEmpty else { return false } } else if entries.isEmpty { return false }
        entries.append(line.entry)
        totals.add(line.entry)
        chain = line.chain
        return true
    }

    /// The chain that a file's first line goes on from, as the line itself says.
    private static func before(_ text: [UInt8]) -> [UInt8] {
        guard let body = LedgerLine.bytes(text.pieces(at: 0x20)[0]) else { return LedgerLine.noChain }
        var reader = ByteReader(body)
        do throws(ByteReaderError) {
            if case .began(let chain, _) = try LedgerEntry(from: &reader) { return chain }
        } catch {
            return LedgerLine.noChain
        }
        return LedgerLine.noChain
    }

    /// The file's content; nil where there is no such file.
    static func read(_ path: String) throws(SystemError) -> LedgerContent? {
        do throws(SystemError) {
            return LedgerContent(try Files.read(path, byteCountMax: byteCountMax))
        } catch {
            guard error == .noSuchFile else { throw error }
            return nil
        }
    }

    /// The chain that this file goes on from.
    var previousChain: [UInt8] {
        guard case .began(let chain, _)? = entries.first else { return LedgerLine.noChain }
        return chain
    }
}
