import Foundation
import HansaServerWire
import HansaWire
import Testing

/// The messages of `Proto/golden`, which a program apart from both codecs wrote.
@Suite struct GoldenMessageTests {
    struct Golden: Decodable, Sendable, CustomTestStringConvertible {
        var kind: String
        var name: String
        var hex: String
        /// In `lenient.json`: what a codec writes for it.
        var canonical: String?
        /// In `bad.json`: the case of ``WireError``.
        var error: String?

        var testDescription: String { "\(kind): \(name)" }
        var frameKind: FrameKind? { FrameKind.allCases.first { "\($0)" == kind } }

        static func bytes(_ hex: String) -> [UInt8] {
            let digits = Array(hex.utf8)
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
            }
        }
    }

    static let good = read("good.json")
    static let lenient = read("lenient.json")
    static let bad = read("bad.json")

    /// Empty where the file cannot be read, which the first test notices.
    private static func read(_ name: String) -> [Golden] {
        let file = URL(filePath: #filePath).appending(path: "../../../Proto/golden/\(name)").standardized
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode([Golden].self, from: data)) ?? []
    }

    @Test("The golden messages are there, of every kind")
    func everyKindHasGoldenMessages() {
        #expect(Set(Self.good.map(\.frameKind)) == Set(FrameKind.allCases))
        #expect(Self.bad.count >= 70)
        #expect(Self.lenient.count >= 7)
    }

    @Test("A good message is read, and written as the same bytes", arguments: good)
    func goodMessagesAreReadAndWritten(golden: Golden) throws {
        let kind = try #require(golden.frameKind)
        let bytes = Golden.bytes(golden.hex)
        #expect(SwiftProtobufCodec.encode(try SwiftProtobufCodec.decode(bytes, kind: kind)) == bytes)
    }

    @Test("A message that is written in another way is read", arguments: lenient)
    func lenientMessagesAreRead(golden: Golden) throws {
        let kind = try #require(golden.frameKind)
        let message = try SwiftProtobufCodec.decode(Golden.bytes(golden.hex), kind: kind)
        #expect(SwiftProtobufCodec.encode(message) == Golden.bytes(try #require(golden.canonical)))
    }

    @Test("A bad message is refused with its error", arguments: bad)
    func badMessagesAreRefused(golden: Golden) throws {
        let kind = try #require(golden.frameKind)
        let bytes = Golden.bytes(golden.hex)
        let expected: WireError =
            switch golden.error {
            case "unknownValue": .unknownValue(kind)
            case "tooLarge": .tooLarge(got: bytes.count, max: kind.messageByteCountMax)
            default: .malformedMessage(kind)
            }
        #expect(throws: expected) { try SwiftProtobufCodec.decode(bytes, kind: kind) }
    }
}
