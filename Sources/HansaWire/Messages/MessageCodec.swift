/// Turns messages into protobuf bytes and back; one codec on each side, built on different libraries.
///
/// Decoding checks everything that Proto/README.md says of a message's fields: lengths of nonces and digests, counts,
/// enums without an unknown number, and that fields of another status are empty. Unknown fields are skipped.
public protocol MessageCodec {
    /// The message's bytes, fields in ascending order.
    static func encode(_ message: WireMessage) -> [UInt8]

    /// Reads the message of a frame.
    static func decode(_ bytes: [UInt8], kind: FrameKind) throws(WireError) -> WireMessage
}
