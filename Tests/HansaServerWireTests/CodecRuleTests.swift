import HansaCore
import HansaServerWire
import HansaWire
import Testing

/// What the codec refuses, field by field.
@Suite struct CodecRuleTests {
    private static func field(_ number: Int, _ value: UInt64) -> [UInt8] {
        MessageFactory.varint(UInt64(number << 3)) + MessageFactory.varint(value)
    }

    private static func field(_ number: Int, bytes: [UInt8]) -> [UInt8] {
        MessageFactory.varint(UInt64(number << 3 | 2)) + MessageFactory.varint(UInt64(bytes.count)) + bytes
    }

    private static let id = field(1, bytes: field(1, 1) + field(3, 7))
    private static let digest = [UInt8](repeating: 9, count: 32)

    private static func refusal(_ bytes: [UInt8], _ kind: FrameKind) -> WireError? {
        do throws(WireError) {
            _ = try SwiftProtobufCodec.decode(bytes, kind: kind)
            return nil
        } catch {
            return error
        }
    }

    @Test("A message above its kind's limit is too large before it is read", arguments: FrameKind.allCases)
    func oversizeMessagesAreTooLarge(kind: FrameKind) {
        let max = kind.messageByteCountMax
        let bytes = [UInt8](repeating: 0xFF, count: max + 1)
        #expect(Self.refusal(bytes, kind) == .tooLarge(got: max + 1, max: max))
    }

    @Test("Every message without its required fields is refused")
    func missingFieldsAreRefused() {
        for kind: FrameKind in [.hello, .welcome, .modelRequest, .uploadBegin, .withdraw, .uploadGranted, .cancel] {
            #expect(Self.refusal([], kind) == .malformedMessage(kind))
        }
        for kind: FrameKind in [.work, .model, .refusal] { #expect(Self.refusal([], kind) == .unknownValue(kind)) }
        #expect(Self.refusal([], .uploadAnswer) == .malformedMessage(.uploadAnswer))
        #expect(Self.refusal(Self.id, .uploadAnswer) == .unknownValue(.uploadAnswer))
    }

    @Test("Fields of another status must have their default")
    func fieldsOfAnotherStatusAreRefused() {
        let f = Self.field(_:_:)
        #expect(Self.refusal(f(1, 3), .work) == nil)
        #expect(Self.refusal(f(1, 3) + f(2, 1), .work) == .malformedMessage(.work))
        #expect(Self.refusal(f(1, 2) + f(2, 1), .work) == nil)
        #expect(Self.refusal(f(1, 2) + Self.field(4, bytes: [1]), .work) == .malformedMessage(.work))
        #expect(Self.refusal(f(1, 2) + Self.field(3, bytes: []), .work) == .malformedMessage(.work))
        #expect(Self.refusal(f(1, 1) + f(2, 1) + Self.field(3, bytes: []), .work) == .malformedMessage(.work))
        let gone = f(1, 3) + Self.field(2, bytes: Self.digest)
        #expect(Self.refusal(gone, .model) == nil)
        #expect(Self.refusal(gone + f(3, 1), .model) == .malformedMessage(.model))
        #expect(Self.refusal(gone + f(4, 1), .model) == .malformedMessage(.model))
        let accepted = Self.id + f(2, 1)
        #expect(Self.refusal(accepted, .uploadAnswer) == nil)
        for extra in [f(3, 1), f(4, 1), f(5, 1)] {
            #expect(Self.refusal(accepted + extra, .uploadAnswer) == .malformedMessage(.uploadAnswer))
        }
    }

    @Test("A refusal's class must be its reason's", arguments: RefusalReason.allCases)
    func aClassThatIsNotTheReasonsIsRefused(reason: RefusalReason) {
        let due: UInt64 = reason.retryClass == .retryLater ? 1 : reason.retryClass == .never ? 2 : 3
        for number in 0...4 as ClosedRange<UInt64> {
            let bytes = Self.field(1, UInt64(reason.rawValue)) + Self.field(2, number)
            let expected: WireError? =
                number == due ? nil : (1...3).contains(number) ? .malformedMessage(.refusal) : .unknownValue(.refusal)
            #expect(Self.refusal(bytes, .refusal) == expected)
        }
    }

    @Test("Unknown numbers of enums are refused as unknown values", arguments: [0, 31, 255, 256 + 1, 1 << 31, .max])
    func unknownEnumNumbersAreRefused(number: UInt64) {
        #expect(Self.refusal(Self.id + Self.field(2, number), .withdraw) == .unknownValue(.withdraw))
        #expect(Self.refusal(Self.id + Self.field(2, number), .cancel) == .unknownValue(.cancel))
        #expect(Self.refusal(Self.field(1, number), .refusal) == .unknownValue(.refusal))
        #expect(Self.refusal(Self.field(1, number), .work) == .unknownValue(.work))
        #expect(Self.refusal(Self.field(1, number), .model) == .unknownValue(.model))
    }

    @Test("Nonces, digests and tokens have exactly their length", arguments: [0, 1, 31, 33, 64])
    func wrongLengthsAreRefused(count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(Self.refusal(Self.field(3, bytes: bytes), .hello) == .malformedMessage(.hello))
        #expect(Self.refusal(Self.id + Self.field(2, bytes: bytes), .modelRequest) == .malformedMessage(.modelRequest))
        let hello = Self.field(3, bytes: Self.digest) + Self.field(13, bytes: bytes)
        #expect(Self.refusal(hello, .hello) == (count == 0 ? nil : .malformedMessage(.hello)))
        let request = Self.id + Self.field(2, bytes: Self.digest) + Self.field(4, bytes: bytes)
        #expect(Self.refusal(request, .modelRequest) == .malformedMessage(.modelRequest))
    }

    @Test("At most eight held models are taken")
    func moreThanEightHeldModelsAreRefused() {
        let request = Self.id + Self.field(2, bytes: Self.digest)
        let held = Self.field(4, bytes: Self.digest)
        let eight = (0..<8).reduce(request) { bytes, _ in bytes + held }
        #expect(Self.refusal(eight, .modelRequest) == nil)
        #expect(Self.refusal(eight + held, .modelRequest) == .malformedMessage(.modelRequest))
    }

    @Test("Texts that are too long, hold a NUL or are no UTF-8 are refused")
    func badTextsAreRefused() {
        let hello = Self.field(3, bytes: Self.digest)
        let long = [UInt8](repeating: 0x61, count: 65)
        #expect(Self.refusal(hello + Self.field(12, bytes: Array(long.dropLast())), .hello) == nil)
        for text in [long, [0], [0x61, 0, 0x62], [0xFF], [0xC3], [0xED, 0xA0, 0x80]] {
            #expect(Self.refusal(hello + Self.field(12, bytes: text), .hello) == .malformedMessage(.hello))
        }
    }

    @Test("Section counts must sum to the total without overflow, and there are at most 4096")
    func lyingSectionCountsAreRefused() {
        func begin(total: UInt64, _ sections: [UInt64]) -> WireError? {
            let head = Self.id + Self.field(2, bytes: Self.digest) + Self.field(3, total)
            let packed = sections.flatMap { MessageFactory.varint($0) }
            return Self.refusal(
                head + Self.field(4, bytes: Self.digest) + Self.field(8, bytes: packed),
                .uploadBegin
            )
        }
        #expect(begin(total: 3, [1, 2]) == nil)
        #expect(begin(total: 0, []) == nil)
        #expect(begin(total: 4, [1, 2]) == .malformedMessage(.uploadBegin))
        #expect(begin(total: 1, [.max, 2]) == .malformedMessage(.uploadBegin))
        #expect(begin(total: 4096, Array(repeating: 1, count: 4096)) == nil)
        #expect(begin(total: 4097, Array(repeating: 1, count: 4097)) == .malformedMessage(.uploadBegin))
    }

    @Test("A loss without its flag is refused, also a negative zero")
    func aLossWithoutItsFlagIsRefused() {
        let head = Self.id + Self.field(2, bytes: Self.digest) + Self.field(4, bytes: Self.digest)
        for bits in [Float(1).bitPattern, Float(-0.0).bitPattern] {
            let loss = [0x3D] + (0..<4).map { UInt8(truncatingIfNeeded: bits >> UInt32(8 * $0)) }
            #expect(Self.refusal(head + loss, .uploadBegin) == .malformedMessage(.uploadBegin))
            #expect(Self.refusal(head + Self.field(6, 1) + loss, .uploadBegin) == nil)
        }
    }

    @Test("Fields that this version does not know are skipped, groups and misused numbers are not")
    func unknownFieldsAreSkipped() {
        #expect(Self.refusal(Self.field(15, 5) + Self.field(16, bytes: [1, 2]), .heartbeat) == nil)
        #expect(Self.refusal([0x7B, 0x7C], .heartbeat) == .malformedMessage(.heartbeat))
        #expect(Self.refusal([0x00, 0x01], .heartbeat) == .malformedMessage(.heartbeat))
        #expect(Self.refusal(Self.field(1, bytes: [1]), .uploadChunk) == .malformedMessage(.uploadChunk))
        #expect(Self.refusal([0x80, 0x80], .heartbeat) == .malformedMessage(.heartbeat))
    }

    @Test("Every message's shape is the schema's", arguments: FrameKind.allCases)
    func shapesAreTheSchemas(kind: FrameKind) {
        // A shape that lacks a field, or has another type for it, would refuse messages with that field.
        for seed in 0..<100 {
            var factory = MessageFactory(seed: UInt64(seed))
            let bytes = SwiftProtobufCodec.encode(factory.message(kind))
            #expect(WireFormatCheck.accepts(bytes, as: MessageShape(kind)))
        }
    }
}
