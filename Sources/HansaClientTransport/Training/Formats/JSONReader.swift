import CPosix
import HansaNumerics

/// Reads one JSON text with bounded depth and without recursion on what it cannot bound.
///
/// Our own, because Foundation does not exist in Embedded Swift and no JSON package is written for it. Strict: what RFC
/// 8259 does not allow, a repeated member, and a number beyond Double are refused.
struct JSONReader {
    /// The deepest nesting of arrays and objects.
    static let depthMax = 8

    private let bytes: [UInt8]
    private var position = 0

    /// Reads the text; nil for anything else.
    static func read(_ bytes: [UInt8]) -> JSONValue? {
        var reader = JSONReader(bytes: bytes)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipBlanks()
        return reader.position == bytes.count ? value : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func takesWord(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
        position += count
        return true
    }

    private mutating func value(depth: Int) -> JSONValue? {
        skipBlanks()
        guard position < bytes.count else { return nil }
        switch bytes[position] {
        case 0x7B: return depth < Self.depthMax ? object(depth: depth + 1) : nil
        case 0x5B: return depth < Self.depthMax ? array(depth: depth + 1) : nil
        case 0x22: return string().map { .string($0) }
        case 0x74: return takesWord("true") ? .boolean(true) : nil
        case 0x66: return takesWord("false") ? .boolean(false) : nil
        case 0x6E: return takesWord("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> JSONValue? {
        position += 1
        var members: [JSONValue.Member] = []
        if takes(0x7D) { return .object(members) }
        repeat {
            skipBlanks()
            guard position < bytes.count, bytes[position] == 0x22, let name = string(), takes(0x3A),
                let value = value(depth: depth)
            else { return nil }
            members.append(JSONValue.Member(name: name, value: value))
        } while takes(0x2C)
        guard takes(0x7D) else { return nil }
        var names = members.map { $0.name.bytes }
        names.heapSort { $0.lexicographicallyPrecedes($1) }
        for index in names.indices.dropFirst() where names[index] == names[index - 1] { return nil }
        return .object(members)
    }

    private mutating func array(depth: Int) -> JSONValue? {
        position += 1
        var values: [JSONValue] = []
        if takes(0x5D) { return .array(values) }
        repeat {
            guard let value = value(depth: depth) else { return nil }
            values.append(value)
        } while takes(0x2C)
        return takes(0x5D) ? .array(values) : nil
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func number() -> JSONValue? {
        let start = position
        if bytes[position] == 0x2D { position += 1 }
        let first = position
        let count = digits()
        guard count >= 1, count == 1 || bytes[first] != 0x30 else { return nil }
        var isInteger = true
        if position < bytes.count, bytes[position] == 0x2E {
            position += 1
            isInteger = false
            guard digits() >= 1 else { return nil }
        }
        if position < bytes.count, bytes[position] == 0x65 || bytes[position] == 0x45 {
            position += 1
            isInteger = false
            if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
            guard digits() >= 1 else { return nil }
        }
        if isInteger {
            let magnitude = Array(bytes[first..<position]).wholeNumber
            if first == start, let integer = magnitude.flatMap({ Int64(exactly: $0) }) { return .integer(integer) }
            if first > start, magnitude == Int64.min.magnitude { return .integer(.min) }
            if first > start, let integer = magnitude.flatMap({ Int64(exactly: $0) }) { return .integer(-integer) }
        }
        let text = String(bytes: Array(bytes[start..<position]))
        var number = 0.0
        guard hansa_parse_double(text, &number) != 0, number.isFinite else { return nil }
        return .number(number)
    }

    private mutating func string() -> String? {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case 0x22: return String(valid: text)
            case 0x5C:
                guard escape(into: &text) else { return nil }
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(into text: inout [UInt8]) -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x75:
            guard let scalar = escapedScalar() else { return false }
            text.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
        default: return false
        }
        return true
    }

    /// The scalar behind `\u`, a pair of surrogates being one.
    private mutating func escapedScalar() -> Unicode.Scalar? {
        guard let unit = hexadecimalUnit() else { return nil }
        guard (0xD800...0xDBFF).contains(unit) else { return Unicode.Scalar(unit) }
        guard takesWord("\\u"), let low = hexadecimalUnit(), (0xDC00...0xDFFF).contains(low) else { return nil }
        return Unicode.Scalar(0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func hexadecimalUnit() -> UInt32? {
        guard bytes.count - position >= 4 else { return nil }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt32
            switch bytes[position] {
            case 0x30...0x39: digit = UInt32(bytes[position]) - 0x30
            case 0x41...0x46: digit = UInt32(bytes[position]) - 0x41 + 10
            case 0x61...0x66: digit = UInt32(bytes[position]) - 0x61 + 10
            default: return nil
            }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }
}
