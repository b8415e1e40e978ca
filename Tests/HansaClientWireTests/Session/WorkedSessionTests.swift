import HansaClientWire
import HansaCore
import HansaNumerics
import HansaWire
import Testing
import WireTestSupport

/// The session of section 13 of Proto/README.md, which an independent program made.
@Suite struct WorkedSessionTests {
    private struct Missing: Error {}

    private func frame(_ name: String) throws -> [UInt8] {
        guard let golden = GoldenMessage.session.first(where: { $0.name == name }) else { throw Missing() }
        return golden.bytes
    }

    private func sent(by session: inout ClientSession) -> [UInt8] {
        var bytes: [UInt8] = []
        while let frame = session.nextFrame() { bytes += frame.head + frame.data }
        return bytes
    }

    private func receive(_ session: inout ClientSession, _ names: String...) throws -> [ClientSessionEvent] {
        try session.receive(try names.flatMap { try frame($0) })
    }

    @Test("the client's side sends the worked session byte for byte")
    func clientSide() throws {
        var session = ClientSession(
            configuration: ClientSession.Configuration(
                capabilities: [.packedIntegers, .exactTrainer],
                planFormatMax: 1,
                mechanisms: 1,
                build: "example 1"
            )
        )
        session.connect(nonce: Array(0..<32))
        #expect(sent(by: &session) == (try frame("hello")))
        let opening = try receive(&session, "welcome")
        guard case .welcomed(let welcome)? = opening.first else { throw Missing() }
        #expect(welcome.run == RunID(high: 1, low: 2))
        #expect(welcome.client == ClientID(3))
        #expect(welcome.chunkByteCountMax == 4096)

        session.requestWork()
        #expect(sent(by: &session) == (try frame("work-request")))
        let work = try receive(&session, "work")
        guard case .workAnswered(.assignment(let assignment), let schema?)? = work.first else { throw Missing() }
        #expect(assignment.id == AssignmentID(round: 1, attempt: 0, client: ClientID(3), fence: 1))

        session.fetchModel(of: assignment, schema: schema)
        #expect(sent(by: &session) == (try frame("model-request")))
        let parameters: [Float] = [0.5, -0.25, 0, 1, 2, -1, 0.125, 0]
        #expect(
            try receive(&session, "model", "model-chunk") == [.modelReady(assignment.id, parameters: parameters)]
        )

        let payload: [UInt8] = [0xE1, 0xBF, 0x08, 0x0E, 0x16]
        let report = UpdateReport(
            assignment: assignment.id,
            planDigest: assignment.plan.digest,
            sampleCount: 20,
            trainingLoss: nil,
            payloadDigest: SHA256Digest(hashing: payload)
        )
        session.submit(ClientUpdate(report: report, payload: payload), sectionByteCounts: [5])
        #expect(sent(by: &session) == (try frame("upload-begin")))
        #expect(try receive(&session, "upload-granted").isEmpty)
        #expect(sent(by: &session) == (try frame("upload-chunk")))
        #expect(
            try receive(&session, "upload-answer") == [
                .submissionAnswered(assignment.id, .accepted, retryMilliseconds: 0)
            ]
        )

        session.goodbye()
        #expect(sent(by: &session) == (try frame("goodbye")))
    }

    @Test("each message of the worked session is read, and written as the same bytes", arguments: GoldenMessage.session)
    func codec(_ golden: GoldenMessage) throws {
        let kind = try #require(golden.frameKind)
        let header = try FrameHeader(Array(golden.bytes.prefix(24)))
        #expect(header.kind == kind)
        let message = Array(golden.bytes.dropFirst(24).prefix(header.messageByteCount))
        #expect(ProtobufCCodec.encode(try ProtobufCCodec.decode(message, kind: kind)) == message)
    }

    @Test func theWorkedSessionIsThere() { #expect(GoldenMessage.session.count == 12) }
}
