import HansaClientWire
import HansaCore
import HansaWire
import Testing
import WireTestSupport

/// The messages of `Proto/golden`, which a program apart from both codecs wrote.
@Suite struct GoldenMessageTests {
    @Test func everyKindHasGoldenMessages() {
        let kinds = Set(GoldenMessage.good.map(\.frameKind))
        #expect(kinds == Set(FrameKind.allCases))
        #expect(GoldenMessage.bad.count >= 70)
        #expect(GoldenMessage.lenient.count >= 7)
    }

    @Test("a good message is read, and written as the same bytes", arguments: GoldenMessage.good)
    func good(_ golden: GoldenMessage) throws {
        let kind = try #require(golden.frameKind)
        let message = try ProtobufCCodec.decode(golden.bytes, kind: kind)
        #expect(message.kind == kind)
        #expect(ProtobufCCodec.encode(message) == golden.bytes)
    }

    @Test("a message that is written in another way is read", arguments: GoldenMessage.lenient)
    func lenient(_ golden: GoldenMessage) throws {
        let kind = try #require(golden.frameKind)
        let canonical = GoldenMessage.bytes(try #require(golden.canonical))
        #expect(ProtobufCCodec.encode(try ProtobufCCodec.decode(golden.bytes, kind: kind)) == canonical)
    }

    @Test("a bad message is refused with its error", arguments: GoldenMessage.bad)
    func bad(_ golden: GoldenMessage) throws {
        let kind = try #require(golden.frameKind)
        let expected: WireError =
            switch golden.error {
            case "unknownValue": .unknownValue(kind)
            case "tooLarge": .tooLarge(got: golden.bytes.count, max: kind.messageByteCountMax)
            default: .malformedMessage(kind)
            }
        #expect(throws: expected) { try ProtobufCCodec.decode(golden.bytes, kind: kind) }
    }

    private static let id = AssignmentID(round: 7, attempt: 1, client: ClientID(3), fence: 2)
    private static func span(_ first: UInt8, _ count: UInt8 = 32) -> [UInt8] { (0..<count).map { first + $0 } }
    private static func digest(_ first: UInt8) -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: span(first)) else { preconditionFailure("32 bytes") }
        return digest
    }

    /// What some of them mean, field by field; fields that are alike elsewhere need not be here.
    static let meanings: [(String, WireMessage)] = [
        (
            "first",
            .hello(Hello(nonce: span(0), capabilities: Capabilities(rawValue: 15), build: "hansa-client 0.2"))
        ),
        ("from the start", .modelRequest(ModelRequest(assignment: id, digest: digest(96)))),
        (
            "sections and fields",
            .uploadBegin(
                UploadBegin(
                    report: UpdateReport(
                        assignment: id,
                        planDigest: digest(128),
                        sampleCount: 100,
                        trainingLoss: 0.75,
                        payloadDigest: digest(160)
                    ),
                    totalByteCount: 600,
                    sectionByteCounts: [300, 0, 300]
                )
            )
        ),
        ("later", .uploadChunk(offset: 262_144)),
        ("policy", .withdraw(id, .policy)),
        (
            "stay",
            .welcome(
                Welcome(
                    nonce: span(32),
                    run: RunID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10),
                    client: ClientID(3),
                    resumeToken: span(64)
                )
            )
        ),
        ("assigned", .work(.assigned(id, plan: span(1, 40), schema: span(9, 30)))),
        ("wait", .work(.wait(milliseconds: 5000))),
        ("follows", .model(.follows(digest(96), totalByteCount: 1 << 33, offset: 262_144))),
        ("gone", .model(.gone(digest(96)))),
        ("resumed", .uploadGranted(id, offset: 786_432, windowByteCount: .max)),
        ("half a window", .uploadProgress(offset: 524_288)),
        (
            "busy",
            .uploadAnswer(UploadAnswer(assignment: id, answer: .refused(.busy), retryMilliseconds: 1500))
        ),
        ("round closed", .cancel(id, .roundClosed)),
        ("come back", .goodbye(Goodbye(milliseconds: 60_000, jitterMilliseconds: 5000))),
        (
            "too many sessions",
            .refusal(Refusal(reason: .tooManySessions, retryMilliseconds: 10_000, detail: "come back later"))
        ),
    ]

    @Test("a golden message means what its fields say", arguments: meanings.indices)
    func meaning(_ index: Int) throws {
        let (name, message) = Self.meanings[index]
        let golden = try #require(
            GoldenMessage.good.first { $0.name == name && $0.frameKind == message.kind }
        )
        #expect(try ProtobufCCodec.decode(golden.bytes, kind: message.kind) == message)
    }
}
