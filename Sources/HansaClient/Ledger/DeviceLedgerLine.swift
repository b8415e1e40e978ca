import HansaCore
import HansaNumerics

/// A line of the ledger's file: an entry's bytes and the chain up to it, both in hexadecimal digits.
///
/// The chain is SHA-256(the chain before ‖ the entry's bytes), so that no line can be changed, taken out or put elsewhere
/// without every line after it failing. It begins with zeros.
public enum DeviceLedgerLine {
    public static let noChain = [UInt8](repeating: 0, count: SHA256Digest.byteCount)

    public static func chain(_ entry: [UInt8], after chain: [UInt8]) -> [UInt8] {
        SHA256Digest(hashing: chain + entry).bytes
    }

    /// The line's bytes, its end included.
    public static func bytes(_ entry: [UInt8], chain: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in [entry, chain] {
            for byte in part {
                for nibble in [byte >> 4, byte & 15] { bytes.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble) }
            }
            bytes.append(0x20)
        }
        bytes[bytes.count - 1] = 0x0A
        return bytes
    }

    /// The two parts of a line without its end; nil for other bytes.
    public static func parts(_ text: [UInt8]) -> (entry: [UInt8], chain: [UInt8])? {
        let words = text.pieces(at: 0x20)
        guard words.count == 2, let entry = hexadecimal(words[0]), let chain = hexadecimal(words[1]) else { return nil }
        return (entry, chain)
    }

    /// The bytes that lower-case hexadecimal digits stand for.
    public static func hexadecimal(_ digits: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
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
        return high == nil ? bytes : nil
    }
}
