import HansaWire

/// A message that waits to be handed out, and what its bytes count as.
struct QueuedMessage {
    let message: WireMessage
    let byteClass: ByteClass

    init(_ message: WireMessage, as byteClass: ByteClass = .liveness) {
        self.message = message
        self.byteClass = byteClass
    }
}
