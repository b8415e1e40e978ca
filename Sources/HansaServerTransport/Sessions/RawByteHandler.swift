import NIOCore

/// The first handler of a connection: counts TLS's own bytes, and ends a peer that sends too many before it is known.
final class RawByteHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Set until the session is open.
    var limit: Int?
    private let registry: SessionRegistry
    private var receivedByteCount = 0

    init(registry: SessionRegistry, limit: Int) {
        self.registry = registry
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        // Bounds: a count for reports, by which nothing is read.
        registry.count { $0.rawReceivedByteCount &+= UInt64(count) }
        if let limit {
            receivedByteCount += count
            guard receivedByteCount <= limit else { return context.close(promise: nil) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let count = unwrapOutboundIn(data).readableBytes
        // Bounds: a count for reports, by which nothing is read.
        registry.count { $0.rawSentByteCount &+= UInt64(count) }
        context.write(data, promise: promise)
    }
}
