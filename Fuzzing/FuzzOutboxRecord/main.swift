import FuzzDriver
import Glibc
import HansaClient
import HansaCore

/// The bytes as they are, the bytes under a seal that fits, and a record of these bytes that is damaged in one place: what is
/// read must be the record whose bytes these are, and damage must be seen.
func examine(_ bytes: [UInt8]) {
    for candidate in [bytes, bytes + SHA256Digest(hashing: bytes).bytes] {
        guard let record = OutboxRecord(bytes: candidate) else { continue }
        precondition(record.bytes == candidate, "a record has two byte forms")
    }
    guard bytes.count >= 4 else { return }
    let (place, change) = (Int(bytes[0]) | Int(bytes[1]) << 8, bytes[2])
    let rest = bytes.dropFirst(4)
    let state = Array(rest.prefix(Int(bytes[3])))
    let payload = Array(rest.dropFirst(state.count))
    let record = OutboxRecord(
        update: ClientUpdate(
            report: UpdateReport(
                assignment: AssignmentID(round: 1, attempt: 0, client: ClientID(2), fence: 3),
                planDigest: SHA256Digest(hashing: state),
                sampleCount: 4,
                payloadDigest: SHA256Digest(hashing: payload)
            ),
            payload: payload
        ),
        sectionByteCounts: [UInt64(payload.count)],
        localState: state
    )
    var damaged = record.bytes
    precondition(OutboxRecord(bytes: damaged) == record, "a record is not read back")
    damaged[place % damaged.count] ^= change
    precondition(change == 0 || OutboxRecord(bytes: damaged) == nil, "damage was not seen")
}

exit(
    hansa_fuzz { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
