import Glibc
import HansaCore
import HansaNumerics

/// libFuzzer's own loop, which reads the flags and calls back with each input.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// A plan or a schema that is read must be written as the very same bytes.
func examine(_ bytes: [UInt8]) {
    if let plan = try? RoundPlan(canonicalBytes: bytes) {
        precondition(plan.canonicalBytes == bytes, "a plan has two byte forms")
    }
    var reader = ByteReader(bytes)
    if let schema = try? ParameterSchema(from: &reader) {
        let taken = bytes.count - reader.remaining
        precondition(schema.canonicalBytes == Array(bytes.prefix(taken)), "a schema has two byte forms")
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
