/// A JSON object written field by field.
struct JSONObject {
    private var fields = ""

    init(event: String) { add("event", event) }

    init() {}

    var text: String { "{" + fields + "}" }

    mutating func add(_ name: String, _ value: String) { addRaw(name, Self.quoted(value)) }
    mutating func add(_ name: String, _ value: UInt64) { addRaw(name, "\(value)") }
    mutating func add(_ name: String, _ value: UInt32) { addRaw(name, "\(value)") }
    mutating func add(_ name: String, _ value: JSONObject) { addRaw(name, value.text) }

    private mutating func addRaw(_ name: String, _ value: String) {
        if !fields.isEmpty { fields += "," }
        fields += Self.quoted(name) + ":" + value
    }

    static func quoted(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = [0x22]
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5c: bytes += [0x5c, byte]
            case 0..<0x20: bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
        return String(decoding: bytes, as: UTF8.self)
    }
}
