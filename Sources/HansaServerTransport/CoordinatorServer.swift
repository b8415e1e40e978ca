public import HansaCoordinator
import HansaServerWire
public import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// The coordinator on the network: mutual TLS, one session for each client, one service behind them all.
///
/// A program makes the service, starts a server with it, and at its end calls ``shutdown()`` and then the service's. The
/// event loops are those of the process, which outlive every server.
public final class CoordinatorServer: Sendable {
    /// The address that the server listens on.
    public let host: String
    public let port: Int
    private let channel: any Channel
    private let parts: ServerParts

    /// `host:port`, as a client's configuration names it.
    public var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Reads the certificates, and listens.
    ///
    /// - Parameter logger: gets one static message for each event that an operator may want to know of, with numbers of
    ///   connections and clients; never data, tokens or certificates. Turn the language's backtraces off in production:
    ///   they print memory.
    public static func start(
        configuration: Configuration,
        service: CoordinatorService,
        logger: Logger
    ) async throws(ServerError) -> CoordinatorServer {
        let (roster, tls) = try configuration.parts(population: service.population)
        let limits = configuration.limits
        let parts = ServerParts(
            service: service,
            spool: service.spool,
            registry: SessionRegistry(limits: limits),
            roster: roster,
            limits: limits,
            session: ServerSession.Configuration(
                run: service.run,
                chunkByteCountMax: limits.chunkByteCountMax,
                windowByteCount: limits.windowByteCount,
                heartbeatMilliseconds: limits.heartbeatMilliseconds,
                idleMilliseconds: limits.idleMilliseconds,
                holdMilliseconds: limits.holdMilliseconds,
                contact: configuration.contact
            ),
            logger: logger
        )
        do {
            let channel = try await bootstrap(parts, tls: tls)
                .bind(host: configuration.host, port: configuration.port).get()
            return CoordinatorServer(channel: channel, parts: parts)
        } catch {
            throw ListeningAddress.failure(error, address: "\(configuration.host):\(configuration.port)")
        }
    }

    private init(channel: any Channel, parts: ServerParts) {
        self.channel = channel
        self.parts = parts
        host = channel.localAddress?.ipAddress ?? ""
        port = channel.localAddress?.port ?? 0
    }

    /// What was sent, received and refused so far.
    public func trafficReport() async -> TrafficReport { parts.registry.traffic }

    /// Stops listening, tells every client when to come back, answers the updates that are being decided, and closes;
    /// takes at most the limit for shutdowns and the second that closing takes.
    public func shutdown() async {
        try? await channel.close()
        let emptied = channel.eventLoop.makePromise(of: Void.self)
        let tooLate = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(parts.limits.shutdownMilliseconds))) {
            [registry = parts.registry] in
            for handler in registry.connections { handler.eventLoop.execute { handler.value.close() } }
        }
        for handler in parts.registry.beginClosing(emptied) {
            handler.eventLoop.execute { handler.value.endSoon() }
        }
        try? await emptied.futureResult.get()
        tooLate.cancel()
        parts.logger.info("the server has closed")
    }

    private static func bootstrap(_ parts: ServerParts, tls: NIOSSLContext) -> ServerBootstrap {
        let limits = parts.limits
        let low = max(1, limits.writeByteCountHigh / 2)
        let watermark = ChannelOptions.Types.WriteBufferWaterMark(
            low: low,
            high: max(low + 1, limits.writeByteCountHigh)
        )
        return ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: limits.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: watermark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let raw = RawByteHandler(registry: parts.registry, limit: limits.greetingByteCountMax)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(raw)
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    try pipeline.addHandler(SessionHandler(server: parts, rawBytes: raw))
                }
            }
    }
}
