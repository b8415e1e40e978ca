import HansaCore
import HansaNumerics
import HansaQuantization
import HansaWire
import Testing

/// The worked bytes of Proto/README.md, which an independent program made.
@Suite struct ProtocolDocumentTests {
    private let document: ProtocolDocument

    init() throws { document = try ProtocolDocument() }

    private func schema() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "w", shape: [2, 3]),
            ParameterBlock(name: "b", shape: [2]),
        ])
    }

    @Test func theSessionNumber() {
        let session = SessionID.make(clientNonce: Array(0..<32), serverNonce: Array(32..<64))
        let header = FrameHeader(kind: .heartbeat, messageByteCount: 0, session: session, sequence: 1)
        var bytes: [UInt8] = []
        header.encode(into: &bytes)
        #expect(Array(bytes[8..<16]) == document.bytes("session"))
    }

    @Test func theSchemaAndItsDigest() throws {
        let schema = try schema()
        #expect(schema.canonicalBytes == document.bytes("schema"))
        #expect(SHA256Digest(hashing: schema.canonicalBytes).bytes == document.bytes("schema-digest"))
    }

    @Test func theModelAndItsDigest() throws {
        let parameters: [Float] = [0.5, -0.25, 0, 1, 2, -1, 0.125, 0]
        var writer = ByteWriter()
        for parameter in parameters { writer.write(parameter) }
        #expect(writer.bytes == document.bytes("model"))
        #expect(SHA256Digest(schema: try schema(), parameters: parameters).bytes == document.bytes("model-digest"))
    }

    @Test func thePlanAndItsDigest() throws {
        let plan = try RoundPlan(canonicalBytes: document.bytes("plan"))
        #expect(plan.canonicalBytes == document.bytes("plan"))
        #expect(plan.digest.bytes == document.bytes("plan-digest"))
        try plan.validate(schema: schema(), cohortMax: 1)
        #expect(plan.run == RunID(high: 1, low: 2))
        #expect(plan.model.bytes == document.bytes("model-digest"))
        #expect(plan.work == LocalWork(epochs: 1, batchSize: 0, learningRate: 0.5, shuffles: false))
        #expect(plan.weighting == .samples(cap: 100))
        #expect(plan.deadlineMilliseconds == 60_000)
        #expect(plan.returnedFields == .sampleCount)
        #expect(plan.requiredCapabilities == [.packedIntegers, .exactTrainer])
        let lattice = try Lattice(step: 0x1p-10, bound: 15)
        #expect(plan.up == [SectionPlan(blocks: 0..<2, encoding: .packed(lattice, try BitWidth(5)))])
        #expect(plan.down == [SectionPlan(blocks: 0..<2, encoding: .float32)])
    }

    @Test func thePackedTail() throws {
        let packed = try PackedLayout.pack([1, -1, 15, -15, 0, 7, -8, 2], width: BitWidth(5))
        #expect(packed == document.bytes("tail"))
    }

    @Test func thePackedGroup() throws {
        let packed = try PackedLayout.pack((0..<512).map { Int32($0 % 7) - 3 }, width: BitWidth(3))
        let lines = document.lines("group")
        try #require(lines.count == 3)
        #expect(packed.count == 192)
        #expect(Array(packed.prefix(16)) == lines[0])
        #expect(Array(packed.suffix(8)) == lines[1])
        #expect(SHA256Digest(hashing: packed).bytes == lines[2])
    }

    /// A frame of section 13; `Work` leaves out the plan and the schema, which the page has before.
    private func frame(_ name: String) -> [UInt8] {
        guard name == "work" else { return document.bytes("frame-\(name)") }
        let lines = document.lines("frame-work")
        guard lines.count == 3 else { return [] }
        return lines[0] + lines[1] + document.bytes("plan") + lines[2] + document.bytes("schema")
    }

    @Test(
        "the worked session is cut into its frames",
        arguments: [
            [
                ("hello", FrameKind.hello), ("work-request", .workRequest), ("model-request", .modelRequest),
                ("upload-begin", .uploadBegin), ("upload-chunk", .uploadChunk), ("goodbye", .goodbye),
            ],
            [
                ("welcome", .welcome), ("work", .work), ("model", .model), ("model-chunk", .modelChunk),
                ("upload-granted", .uploadGranted), ("upload-answer", .uploadAnswer),
            ],
        ]
    )
    func theSession(expected: [(name: String, kind: FrameKind)]) throws {
        var reader = FrameReader()
        let frames = try reader.frames(expected.flatMap { frame($0.name) })
        #expect(frames.map(\.header.kind) == expected.map(\.kind))
        #expect(frames.map(\.header.sequence) == Array(0..<UInt32(expected.count)))
        let session = SessionID.make(clientNonce: Array(0..<32), serverNonce: Array(32..<64))
        for (frame, expected) in zip(frames, expected) {
            #expect(frame.header.session == (expected.kind == .hello ? 0 : session))
            #expect(frame.bytes == self.frame(expected.name))
            let data =
                switch expected.kind {
                case .modelChunk: document.bytes("model")
                case .uploadChunk: document.bytes("tail")
                default: [UInt8]()
                }
            #expect(frame.data == data)
        }
    }
}
