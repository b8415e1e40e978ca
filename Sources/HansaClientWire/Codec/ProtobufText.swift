import HansaNumerics

/// The bytes of a text field as they lie in a message.
///
/// libprotobuf-c hands texts out as C strings, in which a NUL hides what follows it, and does not check UTF-8; so texts
/// are read from the message's own bytes. It runs after libprotobuf-c took the message, and checks every bound again.
enum ProtobufText {
    /// The last occurrence of a length-delimited field, as protobuf says; empty where there is none, nil for a text that
    /// is not UTF-8, holds a NUL or is longer than `byteCountMax`.
    static func read(_ bytes: [UInt8], field: UInt64, byteCountMax: Int) -> String? {
        var text = ""
        var position = 0
        while position < bytes.count {
            guard let tag = varint(bytes, &position) else { return nil }
            switch tag & 7 {
            case 0:
                guard varint(bytes, &position) != nil else { return nil }
            case 1:
                guard skip(8, bytes, &position) else { return nil }
            case 2:
                guard let length = varint(bytes, &position) else { return nil }
                let start = position
                guard skip(length, bytes, &position) else { return nil }
                guard tag >> 3 == field else { continue }
                let raw = bytes[start..<position]
                guard raw.count <= byteCountMax, !raw.contains(0) else { return nil }
                guard let valid = String(valid: Array(raw)) else { return nil }
                text = valid
            case 5:
                guard skip(4, bytes, &position) else { return nil }
            default: return nil
            }
        }
        return text
    }

    private static func varint(_ bytes: [UInt8], _ position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in 0..<10 {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(7 * shift)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func skip(_ count: UInt64, _ bytes: [UInt8], _ position: inout Int) -> Bool {
        guard count <= UInt64(bytes.count - position) else { return false }
        position += Int(count)
        return true
    }
}
