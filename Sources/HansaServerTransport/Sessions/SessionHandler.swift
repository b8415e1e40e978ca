import HansaCoordinator
import HansaCore
import HansaServerWire
import HansaWire
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// One connection: drives a `ServerSession` on its event loop and asks the service what the session wants to know.
///
/// Reads stop while a decision of the service is open and while the peer does not read what waits for it, so that a
/// client cannot pile up work; a frame is made only when the channel takes more. At most one question of a connection is
/// with the service beside a request for work that it holds: what one read brought is asked in its order.
final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How far a connection is.
    enum Phase {
        /// TLS, or Hello is awaited.
        case greeting
        case open
        /// Everything was said; what arrives is dropped until the peer leaves or its time is over.
        case leaving
        case closed
    }

    let server: ServerParts
    let rawBytes: RawByteHandler
    var context: ChannelHandlerContext?
    var id: SessionRegistry.ConnectionID?
    var source = "unknown"
    var phase = Phase.greeting
    var isHalfOpen = false
    var session: ServerSession?
    /// The update that is announced, arriving or being decided.
    var upload: UpdateReport?
    /// Whether its bytes go to the spool; false once it is being decided.
    var isUploading = false
    /// Decisions of the service that reads wait for.
    var pendingCount = 0
    /// The questions of this session, one after the other.
    let questions = QuestionQueue()
    /// Where answers come back to, also after the connection is gone.
    var eventLoop: (any EventLoop)?
    /// Whether the client works on an assignment, during which it may be silent.
    var isTraining = false
    /// Whether the server is shutting down and the session ends after the decision that is open.
    var isEndingSoon = false
    var lastActivity = NIODeadline.now()
    /// Since when the peer takes nothing; nil while it does.
    var stalledSince: NIODeadline?
    var timer: Scheduled<Void>?
    private var countedSent = ByteCounts()
    private var countedReceived = ByteCounts()

    init(server: ServerParts, rawBytes: RawByteHandler) {
        self.server = server
        self.rawBytes = rawBytes
    }

    var limits: ServerLimits { server.limits }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        eventLoop = context.eventLoop
        if context.channel.isActive { connected(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        connected(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        disconnected()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { secured(context) }
        if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .leaving, phase != .closed, session != nil else { return }
        lastActivity = .now()
        let buffer = unwrapInboundIn(data)
        do throws(WireError) {
            let events = try buffer.withUnsafeReadableBytes { (bytes) throws(WireError) in
                try session?.receive(bytes) ?? []
            }
            for event in events { take(event) }
        } catch {
            logTrouble(.notice, "refused a client's bytes", ["reason": "\(error.reason)"])
            refuse(Refusal(reason: error.reason))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        pump()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stalledSince = nil
            lastActivity = .now()
        } else {
            stalledSince = .now()
        }
        pump()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What TLS says of a peer's certificate is no secret; its bytes are not in it.
        logTrouble(.info, "a connection failed", ["error": "\("\(error)".prefix(300))", "phase": "\(phase)"])
        context.close(promise: nil)
    }

    // MARK: Frames

    /// Writes what the session has to say while the channel takes it, one frame at a time.
    func pump() {
        guard let context, phase == .open || phase == .greeting, session != nil else { return }
        while context.channel.isWritable, let frame = session?.nextFrame() {
            var buffer = context.channel.allocator.buffer(capacity: frame.byteCount)
            buffer.writeBytes(frame.head)
            buffer.writeBytes(frame.data)
            // Flushed one by one: TLS counts towards writability only what was flushed.
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }
        countTraffic()
        if context.channel.isWritable, session?.isEnded == true { return leave() }
        adjustReading()
    }

    /// Reads while nothing is pending and the peer takes what it is sent.
    func adjustReading() {
        guard let context, phase != .closed else { return }
        let reads = phase == .leaving || (pendingCount == 0 && context.channel.isWritable)
        _ = try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
    }

    func refuse(_ refusal: Refusal) {
        guard session?.isEnded == false else { return }
        var refusal = refusal
        if refusal.reason.retryClass == .retryLater, refusal.retryMilliseconds == 0 {
            refusal.retryMilliseconds = limits.retryMilliseconds
        }
        let reason = refusal.reason
        server.registry.count { $0.refusals[reason, default: 0] += 1 }
        session?.refuse(refusal)
        pump()
    }

    /// Lets the peer read the last frame: closing at once with bytes unread would reset the connection and lose it.
    func leave() {
        guard phase != .leaving, phase != .closed, let context else { return }
        countTraffic()
        noLongerHalfOpen()
        phase = .leaving
        suspendUpload()
        timer?.cancel()
        adjustReading()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(limits.lingerMilliseconds))) {
            [self] in close()
        }
    }

    func close() { context?.close(promise: nil) }

    private func countTraffic() {
        guard let session else { return }
        let (sent, received) = (session.sent, session.received)
        guard sent != countedSent || received != countedReceived else { return }
        let (newlySent, newlyReceived) = (sent.since(countedSent), received.since(countedReceived))
        (countedSent, countedReceived) = (sent, received)
        server.registry.count {
            $0.sent += newlySent
            $0.received += newlyReceived
        }
    }

    /// Tells of something that anybody can bring about, as often as the log can bear.
    func logTrouble(_ level: Logger.Level, _ message: Logger.Message, _ more: Logger.Metadata = [:]) {
        guard let leftOutCount = server.registry.takeLogLine() else { return }
        var metadata = metadata(more)
        if leftOutCount > 0 { metadata["left-out"] = "\(leftOutCount) such lines" }
        server.logger.log(level: level, message, metadata: metadata)
    }

    func metadata(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var metadata = more
        if let id { metadata["connection"] = "\(id)" }
        metadata["source"] = "\(source)"
        if let session, session.client != ClientID(.max) { metadata["client"] = "\(session.client.number)" }
        return metadata
    }
}

extension ByteCounts {
    /// What was added since an earlier count.
    fileprivate func since(_ earlier: Self) -> Self {
        ByteCounts(
            // Bounds: counts for reports, by which nothing is read.
            training: training &- earlier.training,
            liveness: liveness &- earlier.liveness,
            repeated: repeated &- earlier.repeated
        )
    }
}
