import HansaWire
import Testing
import WireTestSupport

@Suite struct FrameReaderTests {
    /// Frames of all kinds and many sizes; empty messages and empty data among them.
    private func frames(_ generator: inout SplitMix, count: Int) -> [Frame] {
        (0..<count).map { index in
            let kind = FrameKind.allCases[Int.random(in: 0..<FrameKind.allCases.count, using: &generator)]
            let message = generator.bytes(Int.random(in: 0...min(200, kind.messageByteCountMax), using: &generator))
            let data = kind.carriesData ? generator.bytes(Int.random(in: 0...900, using: &generator)) : []
            let header = FrameHeader(
                kind: kind,
                messageByteCount: message.count,
                dataByteCount: data.count,
                session: generator.next(),
                sequence: UInt32(index)
            )
            return Frame(header: header, message: message, data: data)
        }
    }

    @Test("a stream cut anywhere gives the same frames", arguments: 0..<30)
    func splits(_ seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        let frames = frames(&generator, count: 40)
        let stream = frames.flatMap(\.bytes)
        let pieceMax = [1, 2, 23, 24, 25, 100, 5_000, stream.count][Int(seed % 8)]
        var reader = FrameReader()
        var read: [Frame] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...pieceMax, using: &generator))
            rest = rest.dropFirst(piece.count)
            read += try reader.frames(Array(piece))
            #expect(reader.bufferedByteCount <= 24 + 200 + 900)
        }
        #expect(read == frames)
        #expect(reader.bufferedByteCount == 0)
    }

    @Test("nothing comes out before the last byte")
    func lastByte() throws {
        let header = FrameHeader(kind: .modelChunk, messageByteCount: 3, dataByteCount: 5, session: 1, sequence: 0)
        let frame = Frame(header: header, message: [1, 2, 3], data: [4, 5, 6, 7, 8])
        var reader = FrameReader()
        for byte in frame.bytes.dropLast() { #expect(try reader.frames([byte]) == []) }
        #expect(reader.bufferedByteCount == frame.bytes.count - 1)
        #expect(try reader.frames([8]) == [frame])
    }

    @Test("a frame that is not admitted is refused by its header, before any of its body")
    func admission() {
        let header = FrameHeader(kind: .work, messageByteCount: 1_000_000, session: 1, sequence: 0)
        var bytes: [UInt8] = []
        header.encode(into: &bytes)
        var reader = FrameReader()
        #expect(throws: WireError.unexpected(.work)) {
            try reader.frames(bytes) { (header) throws(WireError) in throw .unexpected(header.kind) }
        }
    }

    @Test("limits are those of the kind, and a message at its limit passes", arguments: FrameKind.allCases)
    func limits(_ kind: FrameKind) throws {
        func read(_ messageByteCount: Int, _ dataByteCount: Int) throws(WireError) -> FrameHeader {
            let header = FrameHeader(
                kind: kind,
                messageByteCount: messageByteCount,
                dataByteCount: dataByteCount,
                session: 0,
                sequence: 0
            )
            var bytes: [UInt8] = []
            header.encode(into: &bytes)
            return try FrameHeader(bytes)
        }
        let max = kind.messageByteCountMax
        let dataMax = kind.carriesData ? 262_144 : 0
        #expect(try read(max, dataMax).messageByteCount == max)
        #expect(throws: WireError.tooLarge(got: max + 1, max: max)) { try read(max + 1, 0) }
        #expect(throws: WireError.tooLarge(got: dataMax + 1, max: dataMax)) { try read(0, dataMax + 1) }
    }

    @Test("the limits of Proto/README.md")
    func documentedLimits() {
        #expect(FrameKind.hello.messageByteCountMax == 1024)
        #expect(FrameKind.welcome.messageByteCountMax == 1024)
        #expect(FrameKind.refusal.messageByteCountMax == 1024)
        #expect(FrameKind.work.messageByteCountMax == 262_144 + 1_048_576 + 128)
        #expect(FrameKind.uploadBegin.messageByteCountMax == 61_696)
        #expect(FrameKind.modelRequest.messageByteCountMax == 512)
        #expect(FrameKind.uploadChunk.messageByteCountMax == 128)
        #expect(WireLimits.chunkByteCountMax == 262_144)
        #expect(WireLimits.sectionCountMax == 4096)
    }

    /// A header's bytes with another body length and message length.
    private func header(_ kind: UInt8, body: UInt32, message: UInt32) -> [UInt8] {
        func bytes(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }
        return bytes(body) + [1, kind, 0, 0] + [UInt8](repeating: 0, count: 12) + bytes(message)
    }

    @Test("lengths that lie are refused")
    func lyingLengths() {
        for (bytes, error) in [
            (header(65, body: 0, message: 1), WireError.malformedFrame),
            (header(5, body: 10, message: .max), .malformedFrame),
            (header(5, body: .max, message: 0), .tooLarge(got: Int(UInt32.max), max: 262_144)),
            (header(5, body: .max, message: .max), .tooLarge(got: Int(UInt32.max), max: 128)),
            (header(1, body: 5, message: 4), .tooLarge(got: 1, max: 0)),
            (header(0, body: 0, message: 0), .unknownKind(0)),
            (header(32, body: 0, message: 0), .unknownKind(32)),
            (header(255, body: 0, message: 0), .unknownKind(255)),
        ] {
            #expect(throws: error) { try FrameHeader(bytes) }
        }
        var bytes = header(65, body: 0, message: 0)
        bytes[6] = 1
        #expect(throws: WireError.malformedFrame) { try FrameHeader(bytes) }
        bytes[6] = 0
        bytes[4] = 0
        #expect(throws: WireError.unknownLayout(0)) { try FrameHeader(bytes) }
        #expect(throws: WireError.malformedFrame) { try FrameHeader(Array(bytes.dropLast())) }
        #expect(throws: WireError.malformedFrame) { try FrameHeader(bytes + [0]) }
    }

    @Test("random bytes are frames or errors", arguments: 0..<20)
    func noise(_ seed: UInt64) {
        var generator = SplitMix(seed: seed)
        for _ in 0..<500 {
            var bytes = generator.bytes(64)
            // Half of them come past the layout and the kind.
            if Bool.random(using: &generator) {
                bytes[2] = 0
                bytes[3] = 0
                bytes[4] = 1
                bytes[5] = (FrameKind.allCases.randomElement(using: &generator) ?? .hello).rawValue
                bytes[6] = 0
                bytes[7] = 0
                bytes[22] = 0
                bytes[23] = 0
            }
            var reader = FrameReader()
            _ = try? reader.frames(bytes)
            #expect(reader.bufferedByteCount <= 64)
        }
    }
}
