import HansaWire

extension OutgoingFrame {
    /// The frame of a message, encoded by the coordinator's codec.
    init(_ message: WireMessage, data: ArraySlice<UInt8> = [], session: UInt64, sequence: UInt32) {
        let body = SwiftProtobufCodec.encode(message)
        let header = FrameHeader(
            kind: message.kind,
            messageByteCount: body.count,
            dataByteCount: data.count,
            session: session,
            sequence: sequence
        )
        var head: [UInt8] = []
        head.reserveCapacity(WireLimits.headerByteCount + body.count)
        header.encode(into: &head)
        head += body
        self.init(head: head, data: data)
    }
}
