import HansaNumerics

/// A value of JSON (RFC 8259); an object's members stand in their order, each name once.
indirect enum JSONValue: Hashable {
    struct Member: Hashable {
        var name: String
        var value: JSONValue
    }

    case null
    case boolean(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other finite number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// The member of an object; nil where it has none or this is no object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.name.isSame(as: name) { return member.value }
        return nil
    }

    /// Whether this is the string.
    func isString(_ text: String) -> Bool {
        guard case .string(let own) = self else { return false }
        return own.isSame(as: text)
    }

    /// Whether this is a list of just these integers.
    func isList(_ integers: [Int]) -> Bool {
        guard case .array(let values) = self, values.count == integers.count else { return false }
        for (value, integer) in zip(values, integers) {
            guard case .integer(let own) = value, own == Int64(integer) else { return false }
        }
        return true
    }
}
