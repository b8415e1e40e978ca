/// Bytes as lower-case hexadecimal digits, for comparison with published and golden values.
enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The bytes of pairs of digits; spaces are left out.
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.filter { $0 != 0x20 }.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
