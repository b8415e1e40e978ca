import Glibc
import HansaClient
import HansaCore

/// libFuzzer's own loop, which reads the flags and calls back with each input.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Both the bytes as they are and the bytes under a digest that fits, so that the fields behind it are reached.
func examine(_ bytes: [UInt8]) {
    for candidate in [bytes, bytes + SHA256Digest(hashing: bytes).bytes] {
        guard let record = OutboxRecord(bytes: candidate) else { continue }
        precondition(record.bytes == candidate, "a record has two byte forms")
    }
}

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
    runFuzzer(&count, &arguments) { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
