import HansaNumerics

/// A JSON object written field by field.
struct JSONObject {
    private var fields: PlainText = ""

    init(event: String) { add("event", event) }

    init() {}

    var text: String { line.string }

    /// The object as it is written.
    var line: PlainText { "{\(fields)}" }

    mutating func add(_ name: String, _ value: String) { addRaw(name, Self.quoted(value)) }
    mutating func add(_ name: String, _ value: UInt64) { addRaw(name, "\(value)") }
    mutating func add(_ name: String, _ value: UInt32) { addRaw(name, "\(value)") }
    mutating func add(_ name: String, _ value: JSONObject) { addRaw(name, value.line) }

    @inline(never)
    private mutating func addRaw(_ name: String, _ value: PlainText) {
        if !fields.bytes.isEmpty { fields.append(",") }
        fields.append("\(Self.quoted(name)):\(value)")
    }

    static func quoted(_ text: String) -> PlainText {
        let digits = "0123456789abcdef".bytes
        var bytes: [UInt8] = [0x22]
        for byte in text.bytes {
            switch byte {
            case 0x22, 0x5c: bytes += [0x5c, byte]
            case 0..<0x20: bytes += "\\u00".bytes + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
        return PlainText(bytes: bytes)
    }
}
