/// Which fields a message has and how each is written: what Proto/hansa/v1/session.proto says, by field number.
package enum MessageShape {
    case frame(FrameKind)
    case assignment

    /// How a field's value is written.
    package enum Field: Equatable {
        case varint
        case fixed32
        case bytes
        /// Varints, each with its tag or packed.
        case varints
        case assignment
    }

    package init(_ kind: FrameKind) { self = .frame(kind) }

    /// How the field of that number is written; nil for a number that this version does not know.
    package func field(_ number: UInt32) -> Field? {
        switch self {
        case .assignment: Self.field(number, of: [.varint, .varint, .varint, .varint])
        case .frame(let kind): Self.field(number, of: Self.fields(of: kind))
        }
    }

    private static func field(_ number: UInt32, of fields: [Field]) -> Field? {
        guard number >= 1, number <= fields.count else { return nil }
        return fields[Int(number) - 1]
    }

    /// The fields from number 1 on; no message has a gap in its numbers.
    private static func fields(of kind: FrameKind) -> [Field] {
        switch kind {
        case .hello:
            [
                .varint, .varint, .bytes, .varint, .varint, .varint, .varint, .varint, .varint, .varint, .varint,
                .bytes, .bytes,
            ]
        case .welcome:
            [
                .varint, .bytes, .bytes, .varint, .varint, .varint, .varint, .varint, .varint, .varint, .varint,
                .bytes,
            ]
        case .workRequest, .heartbeat: []
        case .work: [.varint, .varint, .assignment, .bytes, .bytes]
        case .modelRequest: [.assignment, .bytes, .varint, .bytes]
        case .model: [.varint, .bytes, .varint, .varint]
        case .modelChunk, .uploadChunk, .uploadProgress: [.varint]
        case .uploadBegin: [.assignment, .bytes, .varint, .bytes, .varint, .varint, .fixed32, .varints]
        case .uploadGranted: [.assignment, .varint, .varint]
        case .uploadAnswer: [.assignment, .varint, .varint, .varint, .varint]
        case .withdraw, .cancel: [.assignment, .varint]
        case .goodbye: [.varint, .varint]
        case .refusal: [.varint, .varint, .varint, .bytes]
        }
    }
}
