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
        case .assignment: number <= 4 ? .varint : nil
        case .frame(let kind): Self.field(number, of: kind)
        }
    }

    /// How a field of one message is written; numbers are at least 1, and no message has a gap in them.
    ///
    /// Not a table: an array literal of these values was read wrongly by the Embedded program (Swift 6.3.1), which
    /// Scripts/build-embedded would tell.
    private static func field(_ number: UInt32, of kind: FrameKind) -> Field? {
        switch kind {
        case .workRequest, .heartbeat: nil
        case .hello: number > 13 ? nil : number == 3 || number >= 12 ? .bytes : .varint
        case .welcome: number > 12 ? nil : number == 2 || number == 3 || number == 12 ? .bytes : .varint
        case .work: number > 6 ? nil : number == 3 ? .assignment : number == 4 || number == 5 ? .bytes : .varint
        case .modelRequest: number > 4 ? nil : number == 1 ? .assignment : number == 3 ? .varint : .bytes
        case .model: number > 4 ? nil : number == 2 ? .bytes : .varint
        case .modelChunk, .uploadChunk, .uploadProgress: number > 1 ? nil : .varint
        case .uploadBegin:
            switch number {
            case 1: .assignment
            case 2, 4: .bytes
            case 3, 5, 6: .varint
            case 7: .fixed32
            case 8, 9: .varints
            default: nil
            }
        case .uploadGranted: number > 3 ? nil : number == 1 ? .assignment : .varint
        case .uploadAnswer: number > 5 ? nil : number == 1 ? .assignment : .varint
        case .withdraw, .cancel: number > 2 ? nil : number == 1 ? .assignment : .varint
        case .goodbye: number > 2 ? nil : .varint
        case .refusal: number > 4 ? nil : number == 4 ? .bytes : .varint
        }
    }
}
