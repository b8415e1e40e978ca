import Foundation
import HansaCoordinator
import HansaCore
import HansaServerTransport
import HansaWire
import Testing

/// The server over real TLS on this machine's own address, with clients on another TLS library.
@Suite("The coordinator's server", .serialized)
struct CoordinatorServerTests {
    @Test("brings a run to the model of the same run in process, and counts every frame")
    func honestRun() async throws {
        var limits = ServerLimits()
        // Several chunks and progress reports for 17 bytes.
        limits.chunkByteCountMax = 4
        limits.windowByteCount = 8
        let federation = try await TestFederation(limits: limits)
        let counts = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<5 as Range<UInt32> {
                group.addTask { try await onThread { try federation.takePart(federation.client(number)) } }
            }
            return try await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        await federation.end()
        let report = await federation.server.trafficReport()
        #expect(report.received.total == UInt64(counts.0) && report.sent.total == UInt64(counts.1))
        #expect(report.received.repeated == 0 && report.sent.repeated == 0 && report.sent.training > 0)
        #expect(report.rawSentByteCount > report.sent.total && report.rawReceivedByteCount > report.received.total)
        #expect(report.sessionCount == 5 && report.openSessionCount == 0 && report.refusals.isEmpty)
    }

    @Test("refuses in TLS who has no certificate of the clients' authority")
    func badCertificates() async throws {
        let certificates = try TestCertificates(clients: TestFederation.roster)
        try certificates.authority("other")
        try certificates.issue("foreign", names: "DNS:client-4", by: "other")
        try certificates.issue("expired", names: "DNS:client-4", days: -1)
        try certificates.issue("stranger")
        try certificates.issue("two", names: "DNS:client-4,DNS:client-3")
        try certificates.issue("nameless", names: "IP:127.0.0.1")
        let federation = try await TestFederation(certificates: certificates)
        try await federation.whileOthersTakePart { federation in
            for identity in [nil, "foreign", "expired"] {
                let peer = try federation.peer(identity)
                // In TLS 1.3 a client learns of it when it first reads.
                #expect(throws: TestPeer.Failure.self) {
                    try peer.secure()
                    try peer.greet()
                }
                #expect(peer.welcome == nil)
            }
            let old = try federation.peer("client-4", isOldTLS: true)
            #expect(throws: TestPeer.Failure.handshake) { try old.secure() }
            for identity in ["stranger", "two", "nameless"] {
                let peer = try federation.peer(identity)
                try peer.secure()
                #expect(throws: TestPeer.Failure.refused(.unknownClient), "\(identity)") { try peer.greet() }
            }
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        let report = await federation.server.trafficReport()
        #expect(report.failedHandshakeCount >= 4 && report.refusals[.unknownClient] == 3)
        await federation.end()
    }

    /// One session-ending mistake, made by a client that was welcomed.
    struct Mistake: Sendable {
        let name: String
        let reason: RefusalReason
        let make: @Sendable (TestPeer) throws -> Void
    }

    static func header(_ kind: UInt8, body: UInt32, message: UInt32, layout: UInt8 = 1, _ peer: TestPeer) -> [UInt8] {
        func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        return bytes(body) + [layout, kind, 0, 0] + bytes(peer.session) + bytes(peer.sequence) + bytes(message)
    }

    static let foreign = AssignmentID(round: 1, attempt: 0, client: ClientID(0), fence: 0)

    static let mistakes: [Mistake] = [
        Mistake(name: "oversize message", reason: .tooLarge) {
            try $0.write(header(FrameKind.workRequest.rawValue, body: 129, message: 129, $0))
        },
        Mistake(name: "oversize chunk", reason: .tooLarge) {
            // Refused by state or by size; here nothing was announced, and the size comes first.
            try $0.write(header(FrameKind.uploadChunk.rawValue, body: 262_145, message: 0, $0))
        },
        Mistake(name: "4 GiB frame", reason: .tooLarge) {
            try $0.write(header(FrameKind.uploadBegin.rawValue, body: .max, message: .max, $0))
        },
        Mistake(name: "message longer than its frame", reason: .malformed) {
            try $0.write(header(FrameKind.workRequest.rawValue, body: 0, message: 1, $0))
        },
        Mistake(name: "another layout", reason: .unsupportedVersion) {
            try $0.write(header(FrameKind.workRequest.rawValue, body: 0, message: 0, layout: 2, $0))
        },
        Mistake(name: "unknown kind", reason: .unknownValue) { try $0.write(header(31, body: 0, message: 0, $0)) },
        Mistake(name: "unreadable message", reason: .malformed) {
            try $0.write(header(FrameKind.uploadBegin.rawValue, body: 3, message: 3, $0) + [0xFF, 0xFF, 0xFF])
        },
        Mistake(name: "replayed frame", reason: .wrongSession) {
            try $0.send(.heartbeat)
            try $0.send(.heartbeat) { $0.sequence -= 1 }
        },
        Mistake(name: "another session's frame", reason: .wrongSession) {
            try $0.send(.heartbeat) { $0.session ^= 1 }
        },
        Mistake(name: "chunk of nothing", reason: .unexpectedMessage) {
            try $0.send(.uploadChunk(offset: 0), data: [1])
        },
        Mistake(name: "a coordinator's message", reason: .unexpectedMessage) {
            try $0.send(.work(.finished))
        },
        Mistake(name: "another client's work withdrawn", reason: .unknownAssignment) {
            try $0.send(.withdraw(foreign, .withdrawn))
        },
        Mistake(name: "another client's model", reason: .unknownAssignment) {
            try $0.send(.modelRequest(ModelRequest(assignment: foreign, digest: SHA256Digest(hashing: []))))
        },
    ]

    @Test("ends a session that breaks the protocol with the reason, while rounds go on")
    func mistakes() async throws {
        let federation = try await TestFederation()
        try await federation.whileOthersTakePart { federation in
            for mistake in Self.mistakes {
                let peer = try federation.client(TestFederation.last.number)
                try mistake.make(peer)
                #expect(peer.ending() == .refused(mistake.reason), "\(mistake.name)")
            }
            // A frame cut short by its peer's end is nobody's business.
            let cut = try federation.client(TestFederation.last.number)
            try cut.write(Array(Self.header(FrameKind.workRequest.rawValue, body: 0, message: 0, cut).prefix(11)))
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        await federation.end()
    }

    @Test("refuses a bad Hello with the reason, while rounds go on")
    func badHello() async throws {
        let federation = try await TestFederation()
        try await federation.whileOthersTakePart { federation in
            func peer() throws -> TestPeer {
                let peer = try federation.peer(TestFederation.roster[4])
                try peer.secure()
                return peer
            }
            let newer = try peer()
            #expect(throws: TestPeer.Failure.refused(.unsupportedVersion)) {
                try newer.greet {
                    $0.versionMin = 2
                    $0.versionMax = 9
                }
            }
            let large = try peer()
            try large.write(Self.header(FrameKind.hello.rawValue, body: 1_025, message: 1_025, large))
            #expect(large.ending() == .refused(.tooLarge))
            let silent = try peer()
            try silent.send(.workRequest)
            #expect(silent.ending() == .refused(.unexpectedMessage))
            let short = try peer()
            #expect(throws: TestPeer.Failure.refused(.malformed)) { try short.greet { $0.nonce = [1] } }
            let twice = try federation.client(TestFederation.last.number)
            #expect(throws: TestPeer.Failure.self) { try twice.greet() }
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        await federation.end()
    }

    @Test("answers each bad update with its reason and takes the good one afterwards")
    func badUpdates() async throws {
        let federation = try await TestFederation()
        try await federation.whileOthersTakePart { federation in
            let peer = try federation.client(TestFederation.last.number)
            let assignment = try #require(try peer.work())
            let good = try federation.update(for: assignment)
            let id = assignment.id
            func moved(round: UInt32 = id.round, client: UInt32 = id.client.number, fence: UInt32 = 0) -> AssignmentID {
                AssignmentID(round: round, attempt: 0, client: ClientID(client), fence: fence)
            }
            func answer(_ change: (inout ClientUpdate) -> Void) throws -> SubmissionAnswer {
                var update = good
                change(&update)
                return try peer.submit(update)
            }
            func answer(payload change: (inout [UInt8]) -> Void) throws -> SubmissionAnswer {
                try answer {
                    change(&$0.payload)
                    $0.report.payloadDigest = SHA256Digest(hashing: $0.payload)
                }
            }
            #expect(try answer { $0.report.assignment = moved(client: 0) } == .refused(.unknownAssignment))
            #expect(try answer { $0.report.assignment = moved(round: 7) } == .refused(.unknownAssignment))
            #expect(try answer { $0.report.assignment = moved(fence: 1) } == .refused(.unknownAssignment))
            #expect(
                try answer { $0.report.planDigest = SHA256Digest(hashing: [1]) } == .refused(.planMismatch)
            )
            #expect(try answer { $0.report.sampleCount = 0 } == .refused(.invalidWeight))
            #expect(try answer { $0.report.trainingLoss = nil } == .refused(.invalidFields))
            #expect(try answer(payload: { $0.append(0) }) == .refused(.wrongByteCount))
            #expect(try peer.submit(good) { $0.sectionByteCounts = [1, 16] } == .refused(.wrongByteCount))
            #expect(try answer { $0.payload[0] ^= 1 } == .refused(.digestMismatch))
            // −16 is no integer of a symmetric lattice of 5 bits; the last bit of 136 is padding.
            #expect(try answer(payload: { $0[0] = $0[0] & 0xE0 | 0x10 }) == .refused(.outsideLattice))
            #expect(try answer(payload: { $0[16] |= 0x80 }) == .refused(.outsideLattice))
            #expect(try peer.submit(good) == .accepted)
            #expect(try peer.submit(good) == .accepted)
            #expect(try peer.submit(federation.update(for: assignment, salt: 1)) == .refused(.conflictingUpdate))
            // The next work is of the next round, so the first is closed.
            let next = try #require(try peer.work())
            #expect(next.id.round == 2)
            #expect(try peer.submit(good) == .accepted)
            #expect(try answer { $0.report.assignment = moved(fence: 1) } == .refused(.roundClosed))
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        let report = await federation.server.trafficReport()
        #expect(report.refusedUpdates[.outsideLattice] == 2 && report.refusals.isEmpty)
        await federation.end()
    }

    @Test("ends peers that say nothing, at each stage, while rounds go on")
    func silentPeers() async throws {
        var limits = ServerLimits()
        limits.greetingMilliseconds = 1_500
        limits.idleMilliseconds = 3_000
        limits.heartbeatMilliseconds = 1_000
        limits.holdMilliseconds = 200
        let federation = try await TestFederation(limits: limits)
        try await federation.whileOthersTakePart { federation in
            let beforeTLS = try federation.peer("client-4")
            let beforeHello = try federation.peer("client-4")
            try beforeHello.secure()
            #expect(beforeHello.ending() == .refused(.timeout))
            let afterHello = try federation.client(TestFederation.last.number)
            #expect(afterHello.ending() == .refused(.timeout))
            #expect(throws: TestPeer.Failure.handshake) { try beforeTLS.secure() }
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        await federation.end()
    }

    @Test("ends a peer that asks for a model and does not read it, while rounds go on")
    func peerThatDoesNotRead() async throws {
        var limits = ServerLimits()
        limits.writeMilliseconds = 1_000
        // More than the kernel holds for a connection on both sides.
        let federation = try await TestFederation(rounds: 2, parameterCount: 3_000_000, limits: limits)
        try await federation.whileOthersTakePart { federation in
            let peer = try federation.peer("client-4", receiveBufferByteCount: 4_096)
            try peer.secure()
            try peer.greet()
            let assignment = try #require(try peer.work())
            try peer.send(.modelRequest(ModelRequest(assignment: assignment.id, digest: assignment.plan.model)))
            Thread.sleep(forTimeInterval: 3)
            // What the kernel holds can be read; then the connection ends before the model does.
            var byteCount = 0
            #expect(throws: TestPeer.Failure.closed) {
                while true { byteCount += try peer.next().data.count }
            }
            #expect(byteCount < 12_000_000)
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        #expect(await federation.server.trafficReport().refusals[.timeout] == 1)
        await federation.end()
    }

    @Test("ends the older of two sessions of one client, and goes on with its upload on the newer one")
    func newestSessionWins() async throws {
        var limits = ServerLimits()
        limits.chunkByteCountMax = 4
        limits.windowByteCount = 8
        let federation = try await TestFederation(limits: limits)
        try await federation.whileOthersTakePart { federation in
            let older = try federation.client(TestFederation.last.number)
            let assignment = try #require(try older.work())
            let update = try federation.update(for: assignment)
            let count = UInt64(update.payload.count)
            try older.send(
                .uploadBegin(UploadBegin(report: update.report, totalByteCount: count, sectionByteCounts: [count]))
            )
            guard case .uploadGranted(_, 0, _) = try older.next().message else {
                Issue.record("no grant")
                return
            }
            try older.send(.uploadChunk(offset: 0), data: Array(update.payload[..<4]))
            // Progress says that the chunk is in the spool.
            guard case .uploadProgress(4) = try older.next().message else {
                Issue.record("no progress")
                return
            }
            let newer = try federation.client(TestFederation.last.number)
            #expect(older.ending() == .refused(.superseded))
            try newer.send(
                .uploadBegin(UploadBegin(report: update.report, totalByteCount: count, sectionByteCounts: [count]))
            )
            guard case .uploadGranted(_, 4, _) = try newer.next().message else {
                Issue.record("not resumed")
                return
            }
        }
        #expect(await federation.service.checkpoint.modelDigest == (try federation.undisturbedDigest()))
        #expect(await federation.server.trafficReport().received.repeated > 0)
        await federation.end()
    }

    @Test("bounds connections that have not said Hello, from one source and in all")
    func halfOpenConnections() async throws {
        var limits = ServerLimits()
        limits.halfOpenPerSourceCountMax = 2
        let federation = try await TestFederation(limits: limits)
        try await onThread {
            let first = try federation.peer("client-0")
            let second = try federation.peer("client-1")
            try first.secure()
            try second.secure()
            let third = try federation.peer("client-2")
            #expect(throws: TestPeer.Failure.handshake) { try third.secure() }
            try first.greet()
            let fourth = try federation.client(3)
            #expect(fourth.welcome?.client == ClientID(3))
        }
        #expect(await federation.server.trafficReport().droppedConnectionCount == 1)
        await federation.end()
    }

    @Test("says goodbye with a time to come back when it shuts down")
    func shutdown() async throws {
        let federation = try await TestFederation()
        let peer = try await onThread { SendablePeer(peer: try federation.client(0)) }
        await federation.end()
        let goodbye = try await onThread { try peer.peer.next().message }
        guard case .goodbye(let goodbye) = goodbye else {
            Issue.record("got \(goodbye.kind)")
            return
        }
        #expect(goodbye.milliseconds == 1_000)
        await #expect(throws: TestPeer.Failure.connect) {
            try await onThread { _ = try federation.client(0) }
        }
        #expect(await federation.server.trafficReport().openSessionCount == 0)
    }

    /// Proof: one thread after the other uses the peer, never two at once; the test awaits each before the next.
    private struct SendablePeer: @unchecked Sendable { let peer: TestPeer }

    @Test("refuses a key that others can read, and a roster that is not the run's")
    func badConfigurations() async throws {
        let federation = try await TestFederation()
        let certificates = federation.certificates
        func start(_ change: (inout CoordinatorServer.Configuration) -> Void) async -> ServerError? {
            var configuration = CoordinatorServer.Configuration(
                certificateChainPath: certificates.path("coordinator"),
                keyPath: certificates.key,
                clientAuthorityPath: certificates.path("ca"),
                roster: TestFederation.roster
            )
            change(&configuration)
            do throws(ServerError) {
                _ = try await CoordinatorServer.start(
                    configuration: configuration,
                    service: federation.service,
                    logger: TestFederation.logger
                )
                return nil
            } catch {
                return error
            }
        }
        let open = certificates.folder + "/open.key"
        try FileManager.default.copyItem(atPath: certificates.key, toPath: open)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: open)
        #expect(await start { $0.keyPath = open } == .keyReadableByOthers(path: open, mode: 0o640))
        #expect(ServerError.keyReadableByOthers(path: open, mode: 0o640).description.contains("chmod 600"))
        guard case .unreadable? = await start({ $0.keyPath += "x" }) else {
            Issue.record("a key that is not")
            return
        }
        guard case .malformed? = await start({ $0.clientAuthorityPath = certificates.key }) else {
            Issue.record("a key as an authority")
            return
        }
        guard case .invalidRoster? = await start({ $0.roster[1] = $0.roster[0] }) else {
            Issue.record("a name twice")
            return
        }
        guard case .invalidRoster? = await start({ $0.roster.removeLast() }) else {
            Issue.record("too few")
            return
        }
        guard case .invalidLimit? = await start({ $0.limits.sessionCountMax = 0 }) else {
            Issue.record("no sessions")
            return
        }
        guard case .notListening? = await start({ $0.port = federation.server.port }) else {
            Issue.record("a port twice")
            return
        }
        await federation.end()
    }
}
