import HansaClientWire
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaWire
import Testing
import WireTestSupport

@Suite struct ClientSessionTests {
    private let fixture: WorkFixture

    init() throws { fixture = try WorkFixture() }

    /// A session that was welcomed, and whose Hello was read.
    private func welcomed(
        _ session: inout ClientSession,
        connection: UInt8 = 0,
        chunk: UInt32 = 16
    ) throws -> ScriptedCoordinator {
        var coordinator = ScriptedCoordinator(connection: connection)
        session.connect(nonce: coordinator.clientNonce)
        guard case .hello = try session.messages().first else { throw WireError.unexpected(.hello) }
        let welcome = coordinator.welcome(chunk: chunk)
        guard case .welcome(let value) = welcome else { throw WireError.unexpected(.welcome) }
        #expect(try session.receive(coordinator.frame(welcome)) == [.welcomed(value)])
        return coordinator
    }

    private func newSession() -> ClientSession {
        ClientSession(configuration: ClientSession.Configuration(build: "test 1"))
    }

    /// The chunks of the model's content from an offset on.
    private func sendModel(
        _ coordinator: inout ScriptedCoordinator,
        from start: Int = 0,
        to end: Int? = nil,
        chunk: Int = 16
    ) -> [UInt8] {
        let content = fixture.content
        var bytes: [UInt8] = []
        for offset in stride(from: start, to: end ?? content.count, by: chunk) {
            let data = Array(content[offset..<min(offset + chunk, end ?? content.count)])
            bytes += coordinator.frame(.modelChunk(offset: UInt64(offset)), data: data)
        }
        return bytes
    }

    @Test("a whole round, with one byte at a time arriving")
    func round() throws {
        var session = newSession()
        session.requestWork()
        var coordinator = try welcomed(&session)
        #expect(session.isOpen)
        #expect(try session.messages() == [.workRequest])
        var events: [ClientSessionEvent] = []
        for byte in coordinator.frame(fixture.work) { events += try session.receive([byte]) }
        #expect(events == [.workAnswered(.assignment(fixture.assignment), schema: fixture.schema)])

        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        #expect(
            try session.messages() == [
                .modelRequest(ModelRequest(assignment: fixture.id, digest: fixture.digest))
            ]
        )
        let model = coordinator.frame(fixture.follows()) + sendModel(&coordinator)
        events = []
        for byte in model { events += try session.receive([byte]) }
        #expect(events == [.modelReady(fixture.id, parameters: fixture.parameters)])

        let update = fixture.update(byteCount: 40)
        session.submit(update, sectionByteCounts: [40])
        let begin = UploadBegin(report: update.report, totalByteCount: 40, sectionByteCounts: [40])
        #expect(try session.messages() == [.uploadBegin(begin)])
        #expect(
            try session.receive(coordinator.frame(.uploadGranted(fixture.id, offset: 0, windowByteCount: 64))) == []
        )
        let chunks = try session.said()
        #expect(chunks.map(\.header.kind) == [.uploadChunk, .uploadChunk, .uploadChunk])
        #expect(chunks.map(\.data.count) == [16, 16, 8])
        #expect(chunks.flatMap(\.data) == update.payload)
        let answer = WireMessage.uploadAnswer(UploadAnswer(assignment: fixture.id, answer: .accepted))
        #expect(
            try session.receive(coordinator.frame(answer)) == [
                .submissionAnswered(fixture.id, .accepted, retryMilliseconds: 0)
            ]
        )
        #expect(try session.messages() == [])
        #expect(session.sent.repeated == 0)
        #expect(session.received.repeated == 0)
        // Model request, upload announcement and chunks; work, model and chunks, grant and answer.
        let request = ProtobufCCodec.encode(
            .modelRequest(ModelRequest(assignment: fixture.id, digest: fixture.digest))
        )
        let announcement = ProtobufCCodec.encode(.uploadBegin(begin))
        let chunkMessages = chunks.map(\.message.count).reduce(0, +)
        #expect(session.sent.training == UInt64(5 * 24 + request.count + announcement.count + chunkMessages + 40))
        #expect(session.received.total > session.received.training)
    }

    @Test("waiting and the end of a run are answers without a schema")
    func noWork() throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.requestWork()
        _ = try session.messages()
        session.requestWork()
        #expect(try session.messages() == [], "asked only once")
        #expect(
            try session.receive(coordinator.frame(.work(.wait(milliseconds: 5)))) == [
                .workAnswered(.wait(milliseconds: 5), schema: nil)
            ]
        )
        session.requestWork()
        #expect(try session.messages() == [.workRequest])
        #expect(
            try session.receive(coordinator.frame(.work(.finished))) == [.workAnswered(.finished, schema: nil)]
        )
        #expect(session.received.training == 0)
        #expect(session.sent.training == 0)
    }

    @Test("a question that was open is asked again on the next connection, and counted as repeated from the model on")
    func reconnect() throws {
        var session = newSession()
        session.requestWork()
        _ = try welcomed(&session)
        #expect(try session.messages() == [.workRequest])
        session.disconnected()
        #expect(!session.isOpen)
        #expect(try session.messages().isEmpty)
        var coordinator = try welcomed(&session, connection: 1)
        #expect(try session.messages() == [.workRequest])
        _ = try session.receive(coordinator.frame(fixture.work))
        let first = session.received
        #expect(first.training > 0)
        session.requestWork()
        _ = try session.messages()
        _ = try session.receive(coordinator.frame(fixture.work))
        #expect(session.received.training == first.training)
        #expect(session.received.repeated == first.training, "the same work again")
    }

    @Test("Hello carries the token of the session before")
    func resumeToken() throws {
        var session = newSession()
        _ = try welcomed(&session)
        session.connect(nonce: [UInt8](repeating: 1, count: 32))
        guard case .hello(let hello) = try session.messages().first else {
            Issue.record("no Hello")
            return
        }
        #expect(hello.resumeToken == [UInt8](repeating: 9, count: 32))
        #expect(hello.nonce == [UInt8](repeating: 1, count: 32))
        #expect(hello.build == "test 1")
    }

    @Test("a download goes on where the connection broke", arguments: [0, 16, 32, 80])
    func resumedDownload(_ arrived: Int) throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        _ = try session.messages()
        let part = coordinator.frame(fixture.follows()) + sendModel(&coordinator, to: arrived)
        #expect(try session.receive(part) == [])
        // A frame that was only begun is lost with its connection.
        #expect(try session.receive(Array(coordinator.frame(.modelChunk(offset: UInt64(arrived))).dropLast())) == [])

        coordinator = try welcomed(&session, connection: 1)
        #expect(
            try session.messages() == [
                .modelRequest(
                    ModelRequest(assignment: fixture.id, digest: fixture.digest, offset: UInt64(arrived))
                )
            ]
        )
        #expect(session.sent.repeated > 0)
        let rest = coordinator.frame(fixture.follows(from: arrived)) + sendModel(&coordinator, from: arrived)
        #expect(try session.receive(rest) == [.modelReady(fixture.id, parameters: fixture.parameters)])
        #expect(session.received.repeated > 0)
    }

    @Test("what is here of a model is kept for another assignment of the same model")
    func downloadForANewLease() throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        _ = try session.messages()
        _ = try session.receive(coordinator.frame(fixture.follows()) + sendModel(&coordinator, to: 48))
        session.disconnected()
        let again = try WorkFixture(fence: 1)
        session.fetchModel(of: again.assignment, schema: again.schema)
        coordinator = try welcomed(&session, connection: 1)
        #expect(
            try session.messages() == [
                .modelRequest(ModelRequest(assignment: again.id, digest: again.digest, offset: 48))
            ]
        )
    }

    @Test("another operation waits until the model that is on its way has passed")
    func replacedDownload() throws {
        let other = try WorkFixture(round: 2, value: 2)
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        _ = try session.messages()
        _ = try session.receive(coordinator.frame(fixture.follows()) + sendModel(&coordinator, to: 32))
        session.fetchModel(of: other.assignment, schema: other.schema)
        #expect(try session.messages() == [])
        #expect(try session.receive(sendModel(&coordinator, from: 32)) == [])
        #expect(
            try session.messages() == [.modelRequest(ModelRequest(assignment: other.id, digest: other.digest))]
        )
        var model = coordinator.frame(other.follows())
        model += coordinator.frame(.modelChunk(offset: 0), data: Array(other.content[..<16]))
        model += coordinator.frame(.modelChunk(offset: 16), data: Array(other.content[16..<32]))
        #expect(try session.receive(model) == [])
        // Back to the first model, of which nothing is here any more, and then to the other again.
        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        session.requestWork()
        #expect(try session.messages() == [])
    }

    @Test("a model with another digest is dropped, and fetched from its start the next time")
    func damagedModel() throws {
        var session = newSession()
        var coordinator = try welcomed(&session, chunk: 1024)
        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        _ = try session.messages()
        var content = fixture.content
        content[5] ^= 1
        let damaged = coordinator.frame(fixture.follows()) + coordinator.frame(.modelChunk(offset: 0), data: content)
        #expect(try session.receive(damaged) == [.modelDamaged(fixture.id)])
        #expect(try session.messages() == [])
        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        #expect(
            try session.messages() == [
                .modelRequest(ModelRequest(assignment: fixture.id, digest: fixture.digest))
            ]
        )
        let repaired =
            coordinator.frame(fixture.follows()) + coordinator.frame(.modelChunk(offset: 0), data: fixture.content)
        #expect(try session.receive(repaired) == [.modelReady(fixture.id, parameters: fixture.parameters)])
    }

    @Test("a model that is gone is reported once")
    func goneModel() throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        _ = try session.messages()
        let before = session.received
        #expect(
            try session.receive(coordinator.frame(.model(.gone(fixture.digest)))) == [.modelUnavailable(fixture.id)]
        )
        #expect(session.received.training == before.training)
        #expect(try session.messages() == [])
    }

    @Test("local blocks stay 0, and the others come to their places")
    func localBlocks() throws {
        let schema = try ParameterSchema([
            ParameterBlock(name: "a", shape: [3], role: .local),
            ParameterBlock(name: "b", shape: [2]),
            ParameterBlock(name: "c", shape: [1], role: .local),
            ParameterBlock(name: "d", shape: [3]),
        ])
        let parameters: [Float] = [0, 0, 0, 1, 2, 0, 3, 4, 5]
        var assignment = fixture.assignment
        assignment.plan.down = [
            SectionPlan(blocks: 1..<2, encoding: .float32), SectionPlan(blocks: 3..<4, encoding: .float32),
        ]
        var writer = ByteWriter()
        for value: Float in [1, 2, 3, 4, 5] { writer.write(value) }
        assignment.plan.model = SHA256Digest(schema: schema, modelContent: writer.bytes)
        for chunk in 1...20 {
            var session = newSession()
            var coordinator = try welcomed(&session)
            session.fetchModel(of: assignment, schema: schema)
            _ = try session.messages()
            var bytes = coordinator.frame(.model(.follows(assignment.plan.model, totalByteCount: 20, offset: 0)))
            for start in stride(from: 0, to: 20, by: min(chunk, 16)) {
                let data = Array(writer.bytes[start..<min(start + min(chunk, 16), 20)])
                bytes += coordinator.frame(.modelChunk(offset: UInt64(start)), data: data)
            }
            #expect(try session.receive(bytes) == [.modelReady(assignment.id, parameters: parameters)])
        }
    }

    @Test("a packed model is decoded, and one whose integers leave the lattice is damaged", arguments: [5, 16])
    func packedModel(_ bits: Int) throws {
        let width = try BitWidth(bits)
        let float = SectionPlan(blocks: 1..<2, encoding: .float32)
        let sections =
            try ModelCoding.packedSections(
                [SectionPlan(blocks: 0..<1, encoding: .float32)],
                of: fixture.parameters,
                schema: fixture.schema,
                width: width
            ) + [float]
        var words = Words()
        var content = try ModelCoding.encode(
            fixture.parameters,
            sections: sections,
            schema: fixture.schema,
            words: &words
        )
        let parameters = try ModelCoding.decode(content, sections: sections, schema: fixture.schema)
        var assignment = fixture.assignment
        assignment.plan.down = sections
        let total = UInt64(content.count)
        #expect(content.count == assignment.plan.modelByteCount(schema: fixture.schema))
        var session = newSession()
        var coordinator = try welcomed(&session, chunk: 1024)
        for damage in [false, true] {
            // The bit pattern of the least integer, which no lattice has, under a digest that fits.
            if damage { content.replaceSubrange(0..<2, with: bits == 5 ? [0x10, 0] : [0, 0x80]) }
            assignment.plan.model = SHA256Digest(schema: fixture.schema, modelContent: content)
            session.fetchModel(of: assignment, schema: fixture.schema)
            _ = try session.messages()
            var bytes = coordinator.frame(.model(.follows(assignment.plan.model, totalByteCount: total, offset: 0)))
            bytes += coordinator.frame(.modelChunk(offset: 0), data: Array(content[..<3]))
            bytes += coordinator.frame(.modelChunk(offset: 3), data: Array(content[3...]))
            let expected: ClientSessionEvent =
                damage ? .modelDamaged(assignment.id) : .modelReady(assignment.id, parameters: parameters)
            #expect(try session.receive(bytes) == [expected])
        }
    }

    /// Randomness for the rounding of a packed model.
    private struct Words: RandomWords {
        private var generator = SplitMix(seed: 3)

        mutating func next64() -> UInt64 { generator.next() }
    }

    @Test("an upload goes on from the granted offset", arguments: [0, 16, 24, 32, 40])
    func resumedUpload(_ offset: Int) throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        let update = fixture.update(byteCount: 40)
        session.submit(update, sectionByteCounts: [40])
        _ = try session.messages()
        _ = try session.receive(coordinator.frame(.uploadGranted(fixture.id, offset: 0, windowByteCount: 32)))
        #expect(try session.said().count == 2)
        coordinator = try welcomed(&session, connection: 1)
        #expect(
            try session.messages() == [
                .uploadBegin(UploadBegin(report: update.report, totalByteCount: 40, sectionByteCounts: [40]))
            ]
        )
        let granted = WireMessage.uploadGranted(fixture.id, offset: UInt64(offset), windowByteCount: 64)
        _ = try session.receive(coordinator.frame(granted))
        let chunks = try session.said()
        #expect(chunks.flatMap(\.data) == Array(update.payload[offset...]))
        #expect(chunks.dropLast().allSatisfy { $0.data.count == 16 })
        #expect(session.sent.repeated > UInt64(40 - offset))
        let answer = UploadAnswer(assignment: fixture.id, answer: .accepted)
        _ = try session.receive(coordinator.frame(.uploadAnswer(answer)))
        #expect(try session.messages() == [])
    }

    @Test("no byte is sent beyond the window, and chunks keep their bounds", arguments: [16, 20, 32, 40, 100])
    func window(_ window: Int) throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        let update = fixture.update(byteCount: 1000)
        session.submit(update, sectionByteCounts: [600, 400])
        _ = try session.messages()
        let granted = WireMessage.uploadGranted(fixture.id, offset: 0, windowByteCount: UInt32(window))
        _ = try session.receive(coordinator.frame(granted))
        var reported = 0
        var arrived: [UInt8] = []
        while arrived.count < 1000 {
            let chunks = try session.said()
            guard !chunks.isEmpty else { break }
            for chunk in chunks {
                let message = try ProtobufCCodec.decode(chunk.message, kind: .uploadChunk)
                #expect(message == .uploadChunk(offset: UInt64(arrived.count)))
                #expect(chunk.data.count == min(16, 1000 - arrived.count))
                arrived += chunk.data
                #expect(arrived.count <= reported + window)
            }
            guard arrived.count < 1000 else { break }
            reported = arrived.count
            _ = try session.receive(coordinator.frame(.uploadProgress(offset: UInt64(reported))))
        }
        #expect(arrived == update.payload)
    }

    @Test("an update may be answered without being sent")
    func uploadAnsweredAtOnce() throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.submit(fixture.update(byteCount: 40), sectionByteCounts: [40])
        _ = try session.messages()
        let before = session.received
        let answer = UploadAnswer(assignment: fixture.id, answer: .refused(.busy), retryMilliseconds: 7)
        #expect(
            try session.receive(coordinator.frame(.uploadAnswer(answer))) == [
                .submissionAnswered(fixture.id, .refused(.busy), retryMilliseconds: 7)
            ]
        )
        #expect(session.received.training == before.training)
        #expect(try session.messages() == [])
    }

    @Test("an upload that is replaced is still brought to its end first")
    func replacedUpload() throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.submit(fixture.update(byteCount: 40), sectionByteCounts: [40])
        _ = try session.messages()
        session.requestWork()
        #expect(try session.messages() == [])
        _ = try session.receive(coordinator.frame(.uploadGranted(fixture.id, offset: 0, windowByteCount: 64)))
        #expect(try session.said().flatMap(\.data).count == 40)
        let answer = UploadAnswer(assignment: fixture.id, answer: .refused(.roundClosed))
        #expect(try session.receive(coordinator.frame(.uploadAnswer(answer))).count == 1)
        #expect(try session.messages() == [.workRequest])
    }

    @Test("withdrawals wait for a session, the oldest give way, and they come before the next question")
    func withdrawals() throws {
        var session = newSession()
        for fence in 0..<20 {
            let id = AssignmentID(round: 1, attempt: 0, client: ClientID(3), fence: UInt32(fence))
            session.withdraw(id, reason: .policy)
        }
        session.requestWork()
        _ = try welcomed(&session)
        let messages = try session.messages()
        #expect(messages.count == 17)
        #expect(messages.first == .withdraw(AssignmentID(round: 1, attempt: 0, client: ClientID(3), fence: 4), .policy))
        #expect(messages.last == .workRequest)
        #expect(session.sent.training == 0)
    }

    @Test("heartbeats, cancellations and ends come at any time")
    func anyTime() throws {
        var session = newSession()
        var coordinator = try welcomed(&session)
        session.heartbeat()
        #expect(try session.messages() == [.heartbeat])
        #expect(try session.receive(coordinator.frame(.heartbeat)) == [])
        #expect(
            try session.receive(coordinator.frame(.cancel(fixture.id, .roundClosed))) == [
                .cancelled(fixture.id, .roundClosed)
            ]
        )
        let goodbye = Goodbye(milliseconds: 10, jitterMilliseconds: 1)
        #expect(try session.receive(coordinator.frame(.goodbye(goodbye))) == [.goodbye(goodbye)])
        #expect(!session.isOpen)
        session.requestWork()
        session.heartbeat()
        #expect(try session.messages().isEmpty)
        #expect(try session.receive(coordinator.frame(.heartbeat)) == [], "nothing counts after the end")

        coordinator = try welcomed(&session, connection: 1)
        #expect(try session.messages() == [.workRequest])
        session.goodbye()
        session.requestWork()
        #expect(try session.messages() == [.goodbye(Goodbye())])
        #expect(!session.isOpen)
    }

    @Test("a refusal is reported, before and after Welcome")
    func refusals() throws {
        let refusal = Refusal(reason: .unknownClient, detail: "not in the roster")
        var session = newSession()
        session.connect(nonce: [UInt8](repeating: 0, count: 32))
        _ = try session.messages()
        let early = ScriptedCoordinator.frame(.refusal(refusal), session: 0, sequence: 0)
        #expect(try session.receive(early) == [.refused(refusal)])
        #expect(try session.messages().isEmpty)
        var coordinator = try welcomed(&session, connection: 1)
        #expect(try session.receive(coordinator.frame(.refusal(refusal))) == [.refused(refusal)])
        #expect(!session.isOpen)
    }
}
