import FuzzDriver
import Glibc
import HansaCore
import HansaNumerics

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

exit(
    hansa_fuzz { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
