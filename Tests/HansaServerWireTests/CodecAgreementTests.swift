import HansaClientWire
import HansaCore
import HansaServerWire
import HansaWire
import Testing

/// Both codecs, each on its own protobuf library, against each other.
@Suite struct CodecAgreementTests {
    static func verdict<Codec: MessageCodec>(
        _ codec: Codec.Type,
        _ bytes: [UInt8],
        _ kind: FrameKind
    ) -> Result<WireMessage, WireError> {
        do throws(WireError) { return .success(try codec.decode(bytes, kind: kind)) } catch { return .failure(error) }
    }

    @Test("A message becomes the same bytes in both codecs, and both read it back", arguments: FrameKind.allCases)
    func bothCodecsWriteAndReadTheSame(kind: FrameKind) throws {
        for seed in 0..<200 {
            var factory = MessageFactory(seed: UInt64(seed))
            let message = factory.message(kind)
            let bytes = SwiftProtobufCodec.encode(message)
            #expect(ProtobufCCodec.encode(message) == bytes, "seed \(seed)")
            #expect(try SwiftProtobufCodec.decode(bytes, kind: kind) == message, "seed \(seed)")
            #expect(try ProtobufCCodec.decode(bytes, kind: kind) == message, "seed \(seed)")
        }
    }

    @Test("Changed bytes get the same verdict from both codecs", arguments: FrameKind.allCases)
    func changedBytesGetOneVerdict(kind: FrameKind) {
        var accepted = 0
        for seed in 0..<2_000 {
            var factory = MessageFactory(seed: UInt64(1_000_000 + seed))
            let bytes = factory.mutation(of: SwiftProtobufCodec.encode(factory.message(kind)))
            let ours = Self.verdict(SwiftProtobufCodec.self, bytes, kind)
            let theirs = Self.verdict(ProtobufCCodec.self, bytes, kind)
            #expect(ours == theirs, "seed \(seed): \(bytes)")
            if case .success = ours { accepted += 1 }
        }
        // A test in which everything is refused, or nothing, would compare little.
        #expect(accepted > 20 && accepted < 2_000, "\(accepted) accepted")
    }

    @Test("Random bytes get the same verdict from both codecs", arguments: FrameKind.allCases)
    func randomBytesGetOneVerdict(kind: FrameKind) {
        for seed in 0..<500 {
            var factory = MessageFactory(seed: UInt64(2_000_000 + seed))
            let bytes = factory.bytes(factory.number(below: 48))
            let ours = Self.verdict(SwiftProtobufCodec.self, bytes, kind)
            #expect(ours == Self.verdict(ProtobufCCodec.self, bytes, kind), "seed \(seed): \(bytes)")
        }
    }
}
