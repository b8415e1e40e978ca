import HansaClientWire
import HansaCore
import HansaWire
import Testing
import WireTestSupport

@Suite struct CodecTests {
    @Test("a message of any kind is read as it was written", arguments: FrameKind.allCases, 0..<20)
    func roundTrip(_ kind: FrameKind, _ seed: UInt64) throws {
        var messages = RandomMessages(seed: seed)
        for _ in 0..<50 {
            let message = messages.message(kind)
            let bytes = ProtobufCCodec.encode(message)
            #expect(bytes.count <= kind.messageByteCountMax)
            #expect(try ProtobufCCodec.decode(bytes, kind: kind) == message)
        }
    }

    @Test("the largest messages fit their limits")
    func largest() throws {
        let id = AssignmentID(round: .max, attempt: .max, client: ClientID(.max), fence: .max)
        let digest = SHA256Digest(hashing: [])
        let work = WireMessage.work(
            .assigned(
                id,
                plan: [UInt8](repeating: 1, count: WireLimits.planByteCountMax),
                schema: [UInt8](repeating: 2, count: WireLimits.schemaByteCountMax)
            )
        )
        var counts = [UInt64](repeating: UInt64.max >> 12, count: WireLimits.sectionCountMax)
        counts[0] = 0
        let report = UpdateReport(
            assignment: id,
            planDigest: digest,
            sampleCount: .max,
            trainingLoss: .greatestFiniteMagnitude,
            payloadDigest: digest
        )
        let begin = UploadBegin(report: report, totalByteCount: counts.reduce(0, +), sectionByteCounts: counts)
        let request = ModelRequest(
            assignment: id,
            digest: digest,
            offset: .max,
            held: Array(repeating: digest, count: WireLimits.heldModelCountMax)
        )
        let granted = WireMessage.uploadGranted(id, offset: .max, windowByteCount: .max)
        for message in [work, .uploadBegin(begin), .modelRequest(request), granted] {
            let bytes = ProtobufCCodec.encode(message)
            #expect(bytes.count <= message.kind.messageByteCountMax)
            #expect(try ProtobufCCodec.decode(bytes, kind: message.kind) == message)
        }
    }

    @Test("a text is cut before a NUL and at its limit, between characters")
    func texts() throws {
        let texts = [
            ("a\0b", "a"),
            ("\0", ""),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 256)),
            (String(repeating: "水", count: 100), String(repeating: "水", count: 85)),
        ]
        for (text, sent) in texts {
            let bytes = ProtobufCCodec.encode(.refusal(Refusal(reason: .malformed, detail: text)))
            #expect(
                try ProtobufCCodec.decode(bytes, kind: .refusal) == .refusal(Refusal(reason: .malformed, detail: sent))
            )
        }
    }

    @Test(
        "a loss keeps its bits, but for the sign of 0",
        arguments: [Float.infinity, .nan, .leastNonzeroMagnitude, -3, 0, -0.0]
    )
    func losses(_ loss: Float) throws {
        let report = UpdateReport(
            assignment: AssignmentID(round: 1, attempt: 0, client: ClientID(0), fence: 0),
            planDigest: SHA256Digest(hashing: []),
            sampleCount: 0,
            trainingLoss: loss,
            payloadDigest: SHA256Digest(hashing: [])
        )
        let bytes = ProtobufCCodec.encode(
            .uploadBegin(UploadBegin(report: report, totalByteCount: 4, sectionByteCounts: [4]))
        )
        guard case .uploadBegin(let begin) = try ProtobufCCodec.decode(bytes, kind: .uploadBegin) else {
            Issue.record("another message")
            return
        }
        let expected: Float = loss == 0 ? 0 : loss
        #expect(begin.report.trainingLoss?.bitPattern == expected.bitPattern)
    }

    @Test("any damage to a message is read or refused, and what is read is valid", arguments: FrameKind.allCases)
    func damage(_ kind: FrameKind) throws {
        var messages = RandomMessages(seed: 77)
        var refused = 0
        for _ in 0..<8 {
            let bytes = ProtobufCCodec.encode(messages.message(kind))
            for count in 0..<bytes.count { refused += readOrRefuse(Array(bytes[..<count]), kind) ? 0 : 1 }
            for index in bytes.indices {
                for change: UInt8 in [1, 2, 4, 7, 8, 16, 32, 64, 128, 255] {
                    var changed = bytes
                    changed[index] ^= change
                    refused += readOrRefuse(changed, kind) ? 0 : 1
                }
            }
        }
        #expect(refused > 0 || kind == .workRequest || kind == .heartbeat)
    }

    @Test("random bytes are read or refused", arguments: FrameKind.allCases)
    func noise(_ kind: FrameKind) {
        var generator = SplitMix(seed: 5)
        for _ in 0..<5_000 {
            _ = readOrRefuse(generator.bytes(Int.random(in: 0...64, using: &generator)), kind)
        }
    }

    /// Whether the bytes were read; then they are written and read again as the same message.
    private func readOrRefuse(_ bytes: [UInt8], _ kind: FrameKind) -> Bool {
        guard let message = try? ProtobufCCodec.decode(bytes, kind: kind) else { return false }
        let again = try? ProtobufCCodec.decode(ProtobufCCodec.encode(message), kind: kind)
        if case .uploadBegin(let begin) = message, begin.report.trainingLoss?.isNaN == true { return true }
        #expect(again == message)
        return true
    }
}
