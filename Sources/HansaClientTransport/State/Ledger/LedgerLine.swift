import HansaCore
import HansaNumerics

/// A line of the ledger's file: an entry's bytes and the chain up to it, both in hexadecimal digits.
///
/// The chain is SHA-256(the chain before ‖ the entry's bytes), so that no line can be changed, taken out or put elsewhere
/// without every line after it failing. It begins with zeros.
struct LedgerLine {
    let entry: LedgerEntry
    let chain: [UInt8]

    static let noChain = [UInt8](repeating: 0, count: SHA256Digest.byteCount)

    /// The line's bytes, its end included.
    let bytes: [UInt8]

    init(_ entry: LedgerEntry, after chain: [UInt8]) {
        self.entry = entry
        var writer = ByteWriter()
        entry.encode(into: &writer)
        self.chain = SHA256Digest(hashing: chain + writer.bytes).bytes
        bytes = Self.hexadecimal(writer.bytes) + [0x20] + Self.hexadecimal(self.chain) + [0x0A]
    }

    /// Reads a line without its end; nil where it is not one that follows on the chain.
    init?(_ text: [UInt8], after chain: [UInt8]) {
        let words = text.pieces(at: 0x20)
        guard words.count == 2, let body = Self.bytes(words[0]) else { return nil }
        var reader = ByteReader(body)
        do throws(ByteReaderError) {
            let entry = try LedgerEntry(from: &reader)
            try reader.finish()
            self.init(entry, after: chain)
        } catch {
            return nil
        }
        // One form only: the same entry written again is the same line.
        guard text + [0x0A] == bytes else { return nil }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] { digits.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble) }
        }
        return digits
    }

    /// The bytes of lower-case hexadecimal digits.
    static func bytes(_ digits: [UInt8]) -> [UInt8]? {
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            let nibble: UInt8
            switch digit {
            case 0x30...0x39: nibble = digit - 0x30
            case 0x61...0x66: nibble = digit - 0x57
            default: return nil
            }
            if let upper = high {
                bytes.append(upper << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return bytes
    }
}
