import CPosix
import HansaNumerics

/// Writes JSON texts, without blanks and with every control character escaped.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    static func write(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.append(value)
        return writer.bytes
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.bytes) }

    private mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .boolean(let flag): append(flag ? "true" : "false")
        case .integer(let integer): append(PlainText("\(integer)").string)
        case .number(let number):
            // JSON has no other numbers; whoever makes a value knows that its numbers are finite.
            precondition(number.isFinite, "a JSON number is finite")
            appendNumber(number)
        case .string(let text): appendQuoted(text)
        case .array(let values):
            for (index, value) in values.enumerated() {
                append(index == 0 ? "[" : ",")
                append(value)
            }
            append(values.isEmpty ? "[]" : "]")
        case .object(let members):
            for (index, member) in members.enumerated() {
                append(index == 0 ? "{" : ",")
                appendQuoted(member.name)
                append(":")
                append(member.value)
            }
            append(members.isEmpty ? "{}" : "}")
        }
    }

    private mutating func appendNumber(_ number: Double) {
        var text = [CChar](repeating: 0, count: Int(HANSA_DOUBLE_TEXT_MAX))
        hansa_double_text(number, &text)
        for character in text where character != 0 { bytes.append(UInt8(bitPattern: character)) }
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(0x22)
        for byte in text.bytes {
            switch byte {
            case 0x22, 0x5C: bytes += [0x5C, byte]
            case 0..<0x20:
                let digits: [UInt8] = [byte >> 4, byte & 15].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
                bytes += [0x5C, 0x75, 0x30, 0x30] + digits
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}
