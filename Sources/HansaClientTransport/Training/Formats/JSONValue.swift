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
        for member in members where member.name == name { return member.value }
        return nil
    }
}
