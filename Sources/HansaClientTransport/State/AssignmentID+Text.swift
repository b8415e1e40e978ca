import HansaCore
import HansaNumerics

extension AssignmentID {
    /// `round-attempt-client-fence`, as in file names and the journal.
    var text: String { PlainText("\(round)-\(attempt)-\(client.number)-\(fence)").string }

    /// Reads ``text`` back.
    init?(text: String) {
        let parts = text.bytes.pieces(at: 0x2D)
        guard parts.count == 4 else { return nil }
        var numbers: [UInt32] = []
        for part in parts {
            guard let number = Decimal.parse(part) else { return nil }
            numbers.append(number)
        }
        self.init(round: numbers[0], attempt: numbers[1], client: ClientID(numbers[2]), fence: numbers[3])
    }
}

/// Decimal numbers as programs write them: digits alone.
enum Decimal {
    static func parse(_ digits: [UInt8]) -> UInt32? {
        guard digits.count <= 10 else { return nil }
        return digits.wholeNumber.flatMap { UInt32(exactly: $0) }
    }
}

extension RunID {
    /// 32 hexadecimal digits.
    var hexadecimal: String {
        var digits: [UInt8] = []
        for word in [high, low] {
            for index in UInt64(0)..<16 {
                let nibble = UInt8(truncatingIfNeeded: word >> (60 - 4 * index)) & 15
                digits.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
            }
        }
        return String(bytes: digits)
    }
}
