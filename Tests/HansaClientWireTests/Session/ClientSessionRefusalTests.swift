import HansaClientWire
import HansaCore
import HansaNumerics
import HansaWire
import Testing
import WireTestSupport

/// What a client does not take from a coordinator.
@Suite struct ClientSessionRefusalTests {
    /// The client's states in Proto/README.md.
    enum State: CaseIterable {
        case greeting, idle, asking, requesting, fetching, announcing, uploading
    }

    /// What the coordinator may send in a state.
    private static func allowed(_ state: State) -> Set<FrameKind> {
        let always: Set<FrameKind> = [.cancel, .heartbeat, .goodbye, .refusal]
        switch state {
        case .greeting: return [.welcome, .refusal]
        case .idle: return always
        case .asking: return always.union([.work])
        case .requesting: return always.union([.model])
        case .fetching: return always.union([.modelChunk])
        case .announcing: return always.union([.uploadGranted, .uploadAnswer])
        case .uploading: return always.union([.uploadProgress, .uploadAnswer])
        }
    }

    private let fixture: WorkFixture

    init() throws { fixture = try WorkFixture() }

    private func session(in state: State) throws -> (ClientSession, ScriptedCoordinator) {
        var session = ClientSession(configuration: ClientSession.Configuration(build: "test 1"))
        var coordinator = ScriptedCoordinator()
        session.connect(nonce: coordinator.clientNonce)
        _ = try session.messages()
        if state == .greeting { return (session, coordinator) }
        _ = try session.receive(coordinator.frame(coordinator.welcome()))
        switch state {
        case .greeting, .idle: break
        case .asking: session.requestWork()
        case .requesting, .fetching: session.fetchModel(of: fixture.assignment, schema: fixture.schema)
        case .announcing, .uploading: session.submit(fixture.update(byteCount: 40), sectionByteCounts: [40])
        }
        _ = try session.messages()
        if state == .fetching { _ = try session.receive(coordinator.frame(fixture.follows())) }
        if state == .uploading {
            _ = try session.receive(coordinator.frame(.uploadGranted(fixture.id, offset: 0, windowByteCount: 32)))
            _ = try session.messages()
        }
        return (session, coordinator)
    }

    private func message(_ kind: FrameKind, _ coordinator: ScriptedCoordinator) -> WireMessage {
        switch kind {
        case .welcome: coordinator.welcome()
        case .work: fixture.work
        case .model: fixture.follows()
        case .modelChunk: .modelChunk(offset: 0)
        case .uploadGranted: .uploadGranted(fixture.id, offset: 0, windowByteCount: 32)
        case .uploadProgress: .uploadProgress(offset: 16)
        case .uploadAnswer: .uploadAnswer(UploadAnswer(assignment: fixture.id, answer: .refused(.busy)))
        case .cancel: .cancel(fixture.id, .roundClosed)
        case .goodbye: .goodbye(Goodbye())
        case .refusal: .refusal(Refusal(reason: .busy))
        case .hello: .hello(Hello(nonce: coordinator.clientNonce, build: ""))
        case .workRequest: .workRequest
        case .modelRequest: .modelRequest(ModelRequest(assignment: fixture.id, digest: fixture.digest))
        case .uploadBegin:
            .uploadBegin(
                UploadBegin(
                    report: fixture.update(byteCount: 4).report,
                    totalByteCount: 4,
                    sectionByteCounts: [4]
                )
            )
        case .uploadChunk: .uploadChunk(offset: 0)
        case .withdraw: .withdraw(fixture.id, .policy)
        case .heartbeat: .heartbeat
        }
    }

    @Test("each state takes the messages of the table and no others", arguments: State.allCases, FrameKind.allCases)
    func table(_ state: State, _ kind: FrameKind) throws {
        var (session, coordinator) = try session(in: state)
        // Before Welcome only Welcome has a session number.
        if state == .greeting, kind != .welcome { coordinator.session = 0 }
        let data: [UInt8] = kind.carriesData ? Array(fixture.content[..<16]) : []
        let bytes = coordinator.frame(message(kind, coordinator), data: data)
        if Self.allowed(state).contains(kind) {
            _ = try session.receive(bytes)
        } else {
            #expect(throws: WireError.unexpected(kind)) { try session.receive(bytes) }
            #expect(!session.isOpen)
            #expect(try session.messages() == [.refusal(Refusal(reason: .unexpectedMessage))])
            #expect(try session.messages() == [])
        }
    }

    /// Sends bytes to a session and checks the error, and the refusal that follows.
    private func expect(_ error: WireError, in state: State, _ make: (inout ScriptedCoordinator) -> [UInt8]) throws {
        var (session, coordinator) = try session(in: state)
        let bytes = make(&coordinator)
        #expect(throws: error) { try session.receive(bytes) }
        #expect(try session.messages() == [.refusal(Refusal(reason: error.reason))])
    }

    @Test func aFrameOfAnotherConnectionIsRefused() throws {
        try expect(.wrongSession, in: .idle) { coordinator in
            coordinator.session = SessionID.make(
                clientNonce: [UInt8](repeating: 77, count: 32),
                serverNonce: coordinator.serverNonce
            )
            return coordinator.frame(.heartbeat)
        }
        try expect(.wrongSession, in: .idle) { coordinator in
            coordinator.session = 0
            return coordinator.frame(.heartbeat)
        }
        // A captured Welcome answers another nonce.
        try expect(.wrongSession, in: .greeting) { _ in
            var other = ScriptedCoordinator(connection: 5)
            return other.frame(other.welcome())
        }
        try expect(.wrongSession, in: .greeting) { $0.frame(.refusal(Refusal(reason: .busy))) }
    }

    @Test func aReplayedOrLeftOutFrameIsRefused() throws {
        try expect(.wrongSequence(got: 1, expected: 2), in: .idle) { coordinator in
            let heartbeat = coordinator.frame(.heartbeat)
            return heartbeat + heartbeat
        }
        try expect(.wrongSequence(got: 2, expected: 1), in: .idle) { coordinator in
            _ = coordinator.frame(.heartbeat)
            return coordinator.frame(.heartbeat)
        }
        try expect(.wrongSequence(got: 1, expected: 0), in: .greeting) { coordinator in
            coordinator.sequence = 1
            return coordinator.frame(coordinator.welcome())
        }
    }

    @Test func anotherVersionIsRefused() throws {
        try expect(.unsupportedVersion(min: 2, max: 2), in: .greeting) { coordinator in
            guard case .welcome(var welcome) = coordinator.welcome() else { return [] }
            welcome.version = 2
            return coordinator.frame(.welcome(welcome))
        }
        try expect(.unknownLayout(2), in: .idle) { coordinator in
            var bytes = coordinator.frame(.heartbeat)
            bytes[4] = 2
            return bytes
        }
        try expect(.unknownKind(200), in: .idle) { coordinator in
            var bytes = coordinator.frame(.heartbeat)
            bytes[5] = 200
            return bytes
        }
    }

    @Test func oversizeIsRefusedWithTheHeaderAlone() throws {
        try expect(.tooLarge(got: 1025, max: 1024), in: .greeting) { coordinator in
            var bytes: [UInt8] = []
            FrameHeader(kind: .welcome, messageByteCount: 1025, session: coordinator.session, sequence: 0)
                .encode(into: &bytes)
            return bytes
        }
        // The chunk is within the protocol's limit, but not within the one of Welcome.
        try expect(.tooLarge(got: 17, max: 16), in: .fetching) { coordinator in
            Array(coordinator.frame(.modelChunk(offset: 0), data: [UInt8](repeating: 0, count: 17)).prefix(24))
        }
    }

    @Test func chunksMustFollowEachOther() throws {
        try expect(.wrongOffset(got: 16, expected: 0), in: .fetching) { coordinator in
            coordinator.frame(.modelChunk(offset: 16), data: [1])
        }
        try expect(.malformedFrame, in: .fetching) { $0.frame(.modelChunk(offset: 0)) }
        try expect(.wrongOffset(got: 96, expected: 88), in: .fetching) { coordinator in
            (0..<6).flatMap { index in
                coordinator.frame(.modelChunk(offset: UInt64(16 * index)), data: [UInt8](repeating: 0, count: 16))
            }
        }
    }

    @Test func aModelOfAnotherSizeDigestOrOffsetIsRefused() throws {
        let digest = fixture.digest
        let other = SHA256Digest(hashing: [1])
        for (answer, error) in [
            (ModelAnswer.follows(other, totalByteCount: 88, offset: 0), WireError.malformedMessage(.model)),
            (.follows(digest, totalByteCount: 87, offset: 0), .malformedMessage(.model)),
            (.follows(digest, totalByteCount: .max, offset: 0), .malformedMessage(.model)),
            (.follows(digest, totalByteCount: 88, offset: 4), .wrongOffset(got: 4, expected: 0)),
            (.gone(other), .malformedMessage(.model)),
            (.held(digest), .unexpected(.model)),
        ] {
            try expect(error, in: .requesting) { $0.frame(.model(answer)) }
        }
    }

    @Test func grantsAndProgressMustFitTheUpdate() throws {
        let id = fixture.id
        let stranger = AssignmentID(round: 1, attempt: 0, client: ClientID(4), fence: 0)
        for (message, error) in [
            (
                WireMessage.uploadGranted(stranger, offset: 0, windowByteCount: 32),
                WireError.malformedMessage(.uploadGranted)
            ),
            (.uploadGranted(id, offset: 41, windowByteCount: 32), .wrongOffset(got: 41, expected: 40)),
            (.uploadGranted(id, offset: 0, windowByteCount: 15), .malformedMessage(.uploadGranted)),
            (
                .uploadAnswer(UploadAnswer(assignment: stranger, answer: .accepted)),
                .malformedMessage(.uploadAnswer)
            ),
        ] {
            try expect(error, in: .announcing) { $0.frame(message) }
        }
        // 32 of 40 bytes are sent.
        try expect(.wrongOffset(got: 33, expected: 32), in: .uploading) { $0.frame(.uploadProgress(offset: 33)) }
        try expect(.wrongOffset(got: 16, expected: 32), in: .uploading) { coordinator in
            coordinator.frame(.uploadProgress(offset: 32)) + coordinator.frame(.uploadProgress(offset: 16))
        }
        try expect(.unexpected(.uploadAnswer), in: .uploading) { coordinator in
            coordinator.frame(.uploadAnswer(UploadAnswer(assignment: id, answer: .accepted)))
        }
    }

    @Test func anotherClientsWorkIsRefused() throws {
        let stranger = AssignmentID(round: 1, attempt: 0, client: ClientID(4), fence: 0)
        try expect(.malformedMessage(.work), in: .asking) { coordinator in
            let plan = fixture.assignment.plan.canonicalBytes
            return coordinator.frame(.work(.assigned(stranger, plan: plan, schema: fixture.schema.canonicalBytes)))
        }
        try expect(.malformedMessage(.cancel), in: .idle) { $0.frame(.cancel(stranger, .roundClosed)) }
    }

    @Test("work that cannot be read is reported with its assignment, and the session goes on")
    func unreadableWork() throws {
        let plan = fixture.assignment.plan
        let schema = fixture.schema.canonicalBytes
        var later = plan.canonicalBytes
        later[0] = RoundPlan.formatVersionMax + 1
        func changed(_ change: (inout RoundPlan) -> Void) -> [UInt8] {
            var plan = plan
            change(&plan)
            return plan.canonicalBytes
        }
        let cases: [([UInt8], [UInt8], RefusalReason)] = [
            (later, schema, .unknownValue),
            ([], schema, .malformed),
            (plan.canonicalBytes + [0], schema, .malformed),
            (plan.canonicalBytes, schema + [0], .malformed),
            (plan.canonicalBytes, Array(schema.dropLast()), .malformed),
            (changed { $0.round = 2 }, schema, .malformed),
            (changed { $0.attempt = 1 }, schema, .malformed),
            (changed { $0.run = RunID(high: 1, low: 3) }, schema, .malformed),
            (changed { $0.down = [] }, schema, .malformed),
            (changed { $0.down[0].blocks = 0..<3 }, schema, .malformed),
            (changed { $0.work.epochs = 0 }, schema, .malformed),
            (changed { $0.requiredCapabilities = Capabilities(rawValue: 1 << 40) }, schema, .missingCapability),
        ]
        for (plan, schema, reason) in cases {
            var (session, coordinator) = try session(in: .asking)
            let work = WireMessage.work(.assigned(fixture.id, plan: plan, schema: schema))
            #expect(try session.receive(coordinator.frame(work)) == [.unreadableWork(fixture.id, reason)])
            #expect(session.isOpen)
            session.requestWork()
            #expect(try session.messages() == [.workRequest])
        }
    }

    @Test("damage anywhere in a coordinator's frames ends in an error or in events, never in a stop")
    func damage() throws {
        var generator = SplitMix(seed: 11)
        var takenCount = 0
        var refusedCount = 0
        for state in State.allCases {
            for _ in 0..<300 {
                var (session, coordinator) = try session(in: state)
                var bytes: [UInt8] = []
                for kind in FrameKind.allCases.shuffled(using: &generator).prefix(2) {
                    if Self.allowed(state).contains(kind) {
                        bytes += coordinator.frame(
                            message(kind, coordinator),
                            data: kind.carriesData ? [1, 2, 3, 4] : []
                        )
                    }
                }
                guard !bytes.isEmpty else { continue }
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(
                    in: 1...255,
                    using: &generator
                )
                do throws(WireError) {
                    // Two frames bring an event each at most; damage to a number that means nothing here goes unseen.
                    let events = try session.receive(bytes)
                    #expect(events.count <= 2)
                    takenCount += 1
                } catch {
                    #expect(!session.isOpen)
                    #expect(try session.messages() == [.refusal(Refusal(reason: error.reason))], "\(state)")
                    refusedCount += 1
                }
            }
        }
        // A client that took everything, or nothing, would pass what is above.
        #expect(refusedCount > takenCount && takenCount > 0)
    }
}
