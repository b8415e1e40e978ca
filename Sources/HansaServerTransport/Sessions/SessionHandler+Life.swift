import HansaCoordinator
import HansaCore
import HansaServerWire
import HansaWire
import Logging
import NIOCore
import NIOSSL

/// From the connection to its end: admission, TLS, time.
extension SessionHandler {
    func connected(_ context: ChannelHandlerContext) {
        guard id == nil, phase == .greeting else { return }
        source = context.remoteAddress?.ipAddress ?? "unknown"
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        guard let id = server.registry.admit(handler, source: source) else {
            logTrouble(.info, "dropped a connection: too many are not open yet")
            phase = .closed
            return context.close(promise: nil)
        }
        self.id = id
        isHalfOpen = true
        timer = context.eventLoop.assumeIsolated().scheduleTask(
            in: .milliseconds(Int64(limits.greetingMilliseconds))
        ) { [self] in greetingIsLate() }
    }

    /// TLS is done: the certificate decides who this is, before the first byte of the protocol.
    func secured(_ context: ChannelHandlerContext) {
        guard phase == .greeting, session == nil else { return }
        var client: ClientID?
        if let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate() {
            client = server.roster.client(of: certificate)
        }
        session = ServerSession(
            configuration: server.session,
            client: client ?? ClientID(.max),
            nonce: Self.randomBytes(),
            resumeToken: Self.randomBytes()
        )
        if client == nil {
            logTrouble(.notice, "refused a certificate whose name is not in the roster")
            refuse(Refusal(reason: .unknownClient))
        }
    }

    /// The session said Hello.
    func opened() {
        guard let context, let id, let session else { return }
        noLongerHalfOpen()
        rawBytes.limit = nil
        switch server.registry.open(session.client, id) {
        case .tooManySessions: return refuse(Refusal(reason: .tooManySessions))
        case .opened(let superseded?):
            superseded.eventLoop.execute { superseded.value.refuse(Refusal(reason: .superseded)) }
        case .opened(nil): break
        }
        phase = .open
        server.logger.debug("a session opened", metadata: metadata())
        timer?.cancel()
        scheduleCheck(context)
    }

    func disconnected() {
        guard phase != .closed || id != nil else { return }
        if isHalfOpen, session == nil { server.registry.count { $0.failedHandshakeCount += 1 } }
        noLongerHalfOpen()
        suspendUpload()
        phase = .closed
        timer?.cancel()
        if let id { server.registry.close(id, client: session?.client) }
        id = nil
        session = nil
    }

    /// The server is shutting down: a decision under way is still answered, everybody else leaves now.
    func endSoon() {
        guard phase == .open else {
            if phase != .leaving { close() }
            return
        }
        isEndingSoon = true
        if !(upload != nil && !isUploading) { sayGoodbye() }
    }

    func sayGoodbye() {
        session?.goodbye(
            Goodbye(
                milliseconds: limits.retryMilliseconds,
                jitterMilliseconds: limits.retryJitterMilliseconds
            )
        )
        pump()
    }

    func noLongerHalfOpen() {
        guard isHalfOpen else { return }
        isHalfOpen = false
        server.registry.noLongerHalfOpen(source: source)
    }

    /// What arrived of an update stays in the spool.
    func suspendUpload() {
        guard let assignment = upload?.assignment, isUploading else { return }
        isUploading = false
        suspend(assignment)
    }

    /// The service need not wait for an upload that ends here.
    func suspend(_ assignment: AssignmentID) {
        let service = server.service
        eventLoop?.makePromise(of: Void.self).completeWithTask { await service.suspendUpload(assignment) }
    }

    private func greetingIsLate() {
        guard phase == .greeting else { return }
        // Before TLS is done there is no way to say why.
        guard session != nil else { return close() }
        refuse(Refusal(reason: .timeout))
    }

    /// Looks after silence and after what is not read, four times in the shorter of their limits.
    private func scheduleCheck(_ context: ChannelHandlerContext) {
        let period = Int64(max(1, min(limits.idleMilliseconds, limits.writeMilliseconds) / 4))
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(period)) { [self] in
            guard phase == .open else { return }
            checkTime()
            if phase == .open { scheduleCheck(context) }
        }
    }

    private func checkTime() {
        let now = NIODeadline.now()
        if let stalledSince, now - stalledSince >= .milliseconds(Int64(limits.writeMilliseconds)) {
            server.logger.notice("ended a session: the client does not read", metadata: metadata())
            server.registry.count { $0.refusals[.timeout, default: 0] += 1 }
            // What waits to be written would keep an orderly end waiting too.
            suspendUpload()
            phase = .leaving
            return close()
        }
        guard pendingCount == 0, stalledSince == nil else { return }
        // While it trains, a client has the plan's deadline and owes no heartbeat.
        let training = isTraining ? Int64(server.service.deadlineMilliseconds) : 0
        guard now - lastActivity >= .milliseconds(Int64(limits.idleMilliseconds) + training) else { return }
        server.logger.notice("ended a session: the client is silent", metadata: metadata())
        refuse(Refusal(reason: .timeout))
    }

    private static func randomBytes() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<WireLimits.nonceByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
