import HansaCore

extension AssignmentID {
    /// `round-attempt-client-fence`, as in file names and the journal.
    var text: String { "\(round)-\(attempt)-\(client.number)-\(fence)" }

    /// Reads ``text`` back.
    init?(text: some StringProtocol) {
        let parts = text.utf8.split(separator: 0x2d, omittingEmptySubsequences: false)
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
    static func parse(_ digits: some Collection<UInt8>) -> UInt32? {
        guard !digits.isEmpty, digits.count <= 10 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            value = 10 * value + UInt64(digit - 0x30)
        }
        return UInt32(exactly: value)
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
        return String(decoding: digits, as: UTF8.self)
    }
}
