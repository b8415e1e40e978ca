import Glibc
import HansaServerWire
import HansaWire

/// libFuzzer's own loop, which reads the flags and calls back with each input.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

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

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
    runFuzzer(&count, &arguments) { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
