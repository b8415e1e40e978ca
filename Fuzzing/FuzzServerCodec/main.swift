import FuzzDriver
import Glibc
import HansaServerWire
import HansaWire

/// The first byte chooses the kind; what is read must be written and read again as the same.
func examine(_ bytes: [UInt8]) {
    guard let first = bytes.first, let kind = FrameKind(rawValue: first) else { return }
    let body = Array(bytes.dropFirst())
    guard let message = try? SwiftProtobufCodec.decode(body, kind: kind) else { return }
    precondition(message.kind == kind, "a message of another kind")
    let written = SwiftProtobufCodec.encode(message)
    guard let again = try? SwiftProtobufCodec.decode(written, kind: kind) else {
        preconditionFailure("a message that was written is refused")
    }
    // A loss that is not a number differs from itself; its bytes do not.
    precondition(SwiftProtobufCodec.encode(again) == written, "a message changed")
}

exit(
    hansa_fuzz { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
