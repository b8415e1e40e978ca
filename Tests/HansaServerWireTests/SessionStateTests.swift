import HansaCore
import HansaServerWire
import HansaWire
import Testing

/// The table of coordinator states in Proto/README.md, and what keeps foreign frames out.
@Suite struct SessionStateTests {
    enum State: CaseIterable {
        case greeting, idle, asked, fetching, announced, uploading, deciding
    }

    private static func harness(in state: State) throws -> ServerHarness {
        guard state != .greeting else { return ServerHarness() }
        var harness = try ServerHarness.opened()
        let id = ServerHarness.assignment
        switch state {
        case .greeting, .idle: break
        case .asked: _ = try harness.send(.workRequest)
        case .fetching: _ = try harness.send(.modelRequest(ServerHarness.request))
        case .announced: _ = try harness.send(.uploadBegin(ServerHarness.begin))
        case .uploading, .deciding:
            _ = try harness.send(.uploadBegin(ServerHarness.begin))
            harness.session.grantUpload(id, offset: 0, isRepeated: false)
            _ = try harness.taken()
        }
        if state == .deciding {
            _ = try harness.send(.uploadChunk(offset: 0), data: [1, 2])
            _ = try harness.send(.uploadChunk(offset: 2), data: [3, 4])
        }
        return harness
    }

    private static func message(_ kind: FrameKind) -> WireMessage {
        switch kind {
        case .hello: .hello(Hello(nonce: ServerHarness.clientNonce, build: "test"))
        case .workRequest: .workRequest
        case .modelRequest: .modelRequest(ServerHarness.request)
        case .uploadBegin: .uploadBegin(ServerHarness.begin)
        case .uploadChunk: .uploadChunk(offset: 0)
        case .withdraw: .withdraw(ServerHarness.assignment, .policy)
        case .heartbeat: .heartbeat
        case .goodbye: .goodbye(Goodbye())
        case .refusal: .refusal(Refusal(reason: .malformed))
        case .welcome:
            .welcome(
                Welcome(
                    nonce: ServerHarness.serverNonce,
                    run: RunID(high: 0, low: 0),
                    client: ServerHarness.client,
                    resumeToken: ServerHarness.serverNonce
                )
            )
        case .work: .work(.finished)
        case .model: .model(.gone(ServerHarness.digest))
        case .modelChunk: .modelChunk(offset: 0)
        case .uploadGranted: .uploadGranted(ServerHarness.assignment, offset: 0, windowByteCount: 1)
        case .uploadProgress: .uploadProgress(offset: 0)
        case .uploadAnswer: .uploadAnswer(UploadAnswer(assignment: ServerHarness.assignment, answer: .accepted))
        case .cancel: .cancel(ServerHarness.assignment, .roundClosed)
        }
    }

    private static func isAllowed(_ kind: FrameKind, in state: State) -> Bool {
        switch kind {
        case .hello: state == .greeting
        case .workRequest, .modelRequest, .uploadBegin: state == .idle
        case .uploadChunk: state == .uploading
        case .withdraw, .heartbeat, .goodbye, .refusal: state != .greeting
        default: false
        }
    }

    @Test("Each state takes the messages of its table and no other", arguments: State.allCases, FrameKind.allCases)
    func statesTakeWhatTheTableSays(state: State, kind: FrameKind) throws {
        var harness = try Self.harness(in: state)
        let before = harness.session.received
        let bytes = harness.bytes(Self.message(kind), data: kind.carriesData ? [1, 2] : [])
        if Self.isAllowed(kind, in: state) {
            #expect(throws: Never.self) { try harness.receive(bytes) }
        } else {
            #expect(throws: WireError.unexpected(kind)) { try harness.receive(bytes) }
            #expect(harness.session.received == before)
            harness.session.refuse(.unexpected(kind))
            let last = try harness.taken().last
            #expect(last?.1 == .refusal(Refusal(reason: .unexpectedMessage)))
            #expect(last?.0.session == (state == .greeting ? 0 : harness.sessionID))
            #expect(harness.session.isEnded)
        }
    }

    @Test("A frame twice, left out, or of another session is refused before its body is read")
    func foreignFramesAreRefused() throws {
        var twice = try ServerHarness.opened()
        _ = try twice.send(.heartbeat)
        twice.sequence = 1
        #expect(throws: WireError.wrongSequence(got: 1, expected: 2)) { try twice.send(.heartbeat) }
        var skipped = try ServerHarness.opened()
        skipped.sequence = 2
        #expect(throws: WireError.wrongSequence(got: 2, expected: 1)) { try skipped.send(.heartbeat) }
        var foreign = try ServerHarness.opened()
        foreign.sessionID ^= 1
        let header = Array(foreign.bytes(.heartbeat).prefix(WireLimits.headerByteCount))
        #expect(throws: WireError.wrongSession) { try foreign.receive(header) }
    }

    @Test("Another client's number in a body is refused, and nobody behind the session hears of it")
    func anotherClientsNumberIsRefused() throws {
        let id = AssignmentID(round: 1, attempt: 0, client: ClientID(4), fence: 0)
        var upload = try ServerHarness.opened()
        #expect(try upload.send(.uploadBegin(ServerHarness.begin(totalByteCount: 4, assignment: id))).isEmpty)
        let answer = UploadAnswer(assignment: id, answer: .refused(.unknownAssignment))
        #expect(try upload.taken().map(\.1) == [.uploadAnswer(answer)])
        #expect(!upload.session.isEnded)
        for message: WireMessage in [
            .modelRequest(ModelRequest(assignment: id, digest: ServerHarness.digest)), .withdraw(id, .policy),
        ] {
            var harness = try ServerHarness.opened()
            #expect(try harness.send(message).isEmpty)
            guard case .refusal(let refusal) = try harness.taken().last?.1 else {
                Issue.record("no refusal")
                continue
            }
            #expect(refusal.reason == .unknownAssignment)
            #expect(harness.session.isEnded)
        }
    }

    @Test("A version range without ours, and a client without the empty mechanism, are refused")
    func helloIsChecked() throws {
        var newer = ServerHarness()
        let hello = Hello(versionMin: 2, versionMax: 9, nonce: ServerHarness.clientNonce, build: "test")
        #expect(throws: WireError.unsupportedVersion(min: 2, max: 9)) { try newer.send(.hello(hello)) }
        var noisy = ServerHarness()
        let without = Hello(nonce: ServerHarness.clientNonce, mechanisms: 2, build: "test")
        #expect(throws: WireError.malformedMessage(.hello)) { try noisy.send(.hello(without)) }
        var wide = ServerHarness()
        let wider = Hello(versionMin: 0, versionMax: .max, nonce: ServerHarness.clientNonce, build: "test")
        #expect(try wide.send(.hello(wider)) == [.opened(wider)])
    }

    @Test("A chunk elsewhere, empty, too long, or beyond the window or the total is refused")
    func chunksMustFit() throws {
        let cases: [(UInt64, [UInt8], WireError)] = [
            (1, [1], .wrongOffset(got: 1, expected: 0)),
            (0, [], .malformedMessage(.uploadChunk)),
            (0, [1, 2, 3], .tooLarge(got: 3, max: 2)),
        ]
        for (offset, data, error) in cases {
            var harness = try Self.harness(in: .uploading)
            #expect(throws: error) { try harness.send(.uploadChunk(offset: offset), data: data) }
        }
        var beyond = try ServerHarness.opened()
        _ = try beyond.send(.uploadBegin(ServerHarness.begin(totalByteCount: 100)))
        beyond.session.grantUpload(ServerHarness.assignment, offset: 0, isRepeated: false)
        _ = try beyond.taken()
        // Progress is queued but never read, so the window of four bytes does not move.
        _ = try beyond.send(.uploadChunk(offset: 0), data: [1, 2])
        _ = try beyond.send(.uploadChunk(offset: 2), data: [1, 2])
        #expect(throws: WireError.wrongOffset(got: 6, expected: 4)) {
            try beyond.send(.uploadChunk(offset: 4), data: [1, 2])
        }
    }

    @Test("Memory stays bounded under a peer that never reads")
    func aPeerThatNeverReadsHoldsLittle() throws {
        var harness = try ServerHarness.opened()
        for _ in 0..<10_000 { _ = try harness.send(.heartbeat) }
        for _ in 0..<1_000 { harness.session.cancel(ServerHarness.assignment, .roundClosed) }
        _ = try harness.send(.workRequest)
        for _ in 0..<1_000 { harness.session.answerWork(.finished, isRepeated: false) }
        #expect(throws: WireError.unexpected(.workRequest)) { try harness.send(.workRequest) }
        #expect(try harness.taken().count == 1 + 16 + 1)
    }
}
