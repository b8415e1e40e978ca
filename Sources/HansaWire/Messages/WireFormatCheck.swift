/// Whether bytes are tags and values as every protobuf library reads them.
///
/// Libraries differ on the edges: tags of more than five bytes, field number 0, groups, a known field with another wire
/// type than the schema's. Both codecs ask this first, so that one input has one verdict on both sides.
package struct WireFormatCheck {
    private static let tagByteCountMax = 5
    private static let varintByteCountMax = 10

    private var rest: ArraySlice<UInt8>

    /// Whether the bytes are a message of that shape, unknown fields allowed.
    package static func accepts(_ bytes: [UInt8], as shape: MessageShape) -> Bool {
        var check = WireFormatCheck(rest: bytes[...])
        return check.isMessage(shape)
    }

    private mutating func isMessage(_ shape: MessageShape) -> Bool {
        while !rest.isEmpty {
            guard let tag = varint(byteCountMax: Self.tagByteCountMax), let short = UInt32(exactly: tag),
                short >> 3 >= 1,
                isValue(of: shape.field(short >> 3), wireType: short & 7)
            else { return false }
        }
        return true
    }

    /// Steps over one value; false if its wire type is not the field's or its bytes end too soon.
    private mutating func isValue(of field: MessageShape.Field?, wireType: UInt32) -> Bool {
        switch wireType {
        case 0:
            return (field == nil || field == .varint || field == .varints)
                && varint(byteCountMax: Self.varintByteCountMax) != nil
        case 1: return field == nil && take(8) != nil
        case 5: return (field == nil || field == .fixed32) && take(4) != nil
        case 2:
            guard field != .varint, field != .fixed32, let count = varint(byteCountMax: Self.tagByteCountMax),
                let content = Int(exactly: count).flatMap({ take($0) })
            else { return false }
            var inner = WireFormatCheck(rest: content)
            switch field {
            case .assignment: return inner.isMessage(.assignment)
            case .varints: return inner.isVarints()
            default: return true
            }
        default: return false
        }
    }

    private mutating func isVarints() -> Bool {
        while !rest.isEmpty {
            guard varint(byteCountMax: Self.varintByteCountMax) != nil else { return false }
        }
        return true
    }

    /// The value of a varint of at most so many bytes that fits 64 bits.
    private mutating func varint(byteCountMax: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<byteCountMax {
            guard let byte = rest.popFirst() else { return nil }
            let bits = UInt64(byte & 0x7F)
            guard index < 9 || bits <= 1 else { return nil }
            value |= bits << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
