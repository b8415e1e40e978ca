import HansaServerWire
import HansaWire
import Testing
import WireTestSupport

/// The messages of `Proto/golden`, which a program apart from both codecs wrote.
@Suite struct GoldenMessageTests {
    @Test("The golden messages are there, of every kind")
    func everyKindHasGoldenMessages() {
        #expect(Set(GoldenMessage.good.map(\.frameKind)) == Set(FrameKind.allCases))
        #expect(GoldenMessage.bad.count >= 70)
        #expect(GoldenMessage.lenient.count >= 7)
    }

    @Test("A good message is read, and written as the same bytes", arguments: GoldenMessage.good)
    func goodMessagesAreReadAndWritten(golden: GoldenMessage) throws {
        let kind = try #require(golden.frameKind)
        let bytes = GoldenMessage.bytes(golden.hex)
        #expect(SwiftProtobufCodec.encode(try SwiftProtobufCodec.decode(bytes, kind: kind)) == bytes)
    }

    @Test("A message that is written in another way is read", arguments: GoldenMessage.lenient)
    func lenientMessagesAreRead(golden: GoldenMessage) throws {
        let kind = try #require(golden.frameKind)
        let message = try SwiftProtobufCodec.decode(GoldenMessage.bytes(golden.hex), kind: kind)
        #expect(SwiftProtobufCodec.encode(message) == GoldenMessage.bytes(try #require(golden.canonical)))
    }

    @Test("A bad message is refused with its error", arguments: GoldenMessage.bad)
    func badMessagesAreRefused(golden: GoldenMessage) throws {
        let kind = try #require(golden.frameKind)
        let bytes = GoldenMessage.bytes(golden.hex)
        let expected: WireError =
            switch golden.error {
            case "unknownValue": .unknownValue(kind)
            case "tooLarge": .tooLarge(got: bytes.count, max: kind.messageByteCountMax)
            default: .malformedMessage(kind)
            }
        #expect(throws: expected) { try SwiftProtobufCodec.decode(bytes, kind: kind) }
    }
}
