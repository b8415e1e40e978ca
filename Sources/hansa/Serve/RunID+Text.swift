import HansaCore

extension RunID {
    /// The 32 hexadecimal digits that scenarios and lines name a run by.
    var hexadecimal: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
