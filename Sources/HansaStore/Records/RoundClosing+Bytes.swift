import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaResults

extension RoundClosing {
    /// `u32` round, `u32` attempt, the abort's reason (empty for a commit), the accepted behind their `u32` count.
    var recordBytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: 32 + 16 * accepted.count)
        writer.write(round)
        writer.write(attempt)
        writer.write(abort?.rawValue ?? "")
        writer.write(UInt32(truncatingIfNeeded: accepted.count))
        for assignment in accepted { assignment.encode(into: &writer) }
        return writer.bytes
    }

    init(recordBytes bytes: [UInt8]) throws(ByteReaderError) {
        var reader = ByteReader(bytes)
        let round = try reader.readUInt32()
        let attempt = try reader.readUInt32()
        let reason = try reader.readString(byteCountMax: 64)
        let abort = ParticipationRecord.AbortReason(rawValue: reason)
        guard reason.isEmpty || abort != nil else { throw .invalidValue }
        let count = Int(try reader.readUInt32())
        guard count <= reader.remaining / 16 else { throw .truncated }
        var accepted: [AssignmentID] = []
        accepted.reserveCapacity(count)
        for _ in 0..<count { accepted.append(try AssignmentID(from: &reader)) }
        try reader.finish()
        self.init(round: round, attempt: attempt, accepted: accepted, abort: abort)
    }
}
