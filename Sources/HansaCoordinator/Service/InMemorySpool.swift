public import HansaCore
import Synchronization

/// A spool in memory, for tests, simulations and small models.
public final class InMemorySpool: UploadSpool {
    private struct Payload {
        let digest: SHA256Digest
        let byteCount: Int
        var bytes: [UInt8] = []
    }

    private struct State {
        var payloads: [AssignmentID: Payload] = [:]
        /// The announced bytes of all payloads.
        var byteCount = 0

        mutating func remove(_ assignment: AssignmentID) {
            byteCount -= payloads.removeValue(forKey: assignment)?.byteCount ?? 0
        }
    }

    private let state = Mutex(State())
    private let byteCountMax: Int

    /// A spool for at most so many announced bytes in all.
    public init(byteCountMax: Int = 1 << 30) { self.byteCountMax = byteCountMax }

    public func begin(
        _ assignment: AssignmentID,
        digest: SHA256Digest,
        byteCount: UInt64
    ) throws(StoreError) -> UInt64? {
        state.withLock { state in
            if let held = state.payloads[assignment] {
                if held.digest == digest, UInt64(held.byteCount) == byteCount { return UInt64(held.bytes.count) }
                state.remove(assignment)
            }
            guard let count = Int(exactly: byteCount), count <= byteCountMax - state.byteCount else { return nil }
            state.payloads[assignment] = Payload(digest: digest, byteCount: count)
            state.byteCount += count
            return 0
        }
    }

    public func append(
        _ assignment: AssignmentID,
        digest: SHA256Digest,
        offset: UInt64,
        bytes: [UInt8]
    ) throws(StoreError) -> Bool {
        state.withLock { state in
            // Taken out while it grows, so that appending copies nothing.
            guard var held = state.payloads.removeValue(forKey: assignment) else { return false }
            defer { state.payloads[assignment] = held }
            guard held.digest == digest, let offset = Int(exactly: offset), offset <= held.bytes.count,
                bytes.count <= held.byteCount - offset
            else { return false }
            let overlap = min(held.bytes.count - offset, bytes.count)
            held.bytes.replaceSubrange(offset..<offset + overlap, with: bytes[..<overlap])
            held.bytes += bytes[overlap...]
            return true
        }
    }

    public func take(_ assignment: AssignmentID, digest: SHA256Digest) throws(StoreError) -> SpooledPayload? {
        state.withLock { state -> SpooledPayload? in
            guard let held = state.payloads[assignment], held.digest == digest, held.bytes.count == held.byteCount
            else { return nil }
            state.remove(assignment)
            return SpooledPayload(bytes: held.bytes, isLeftOver: false)
        }
    }

    public func discard(_ assignment: AssignmentID, digest: SHA256Digest) throws(StoreError) {
        state.withLock { if $0.payloads[assignment]?.digest == digest { $0.remove(assignment) } }
    }

    public func digest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest? {
        state.withLock { $0.payloads[assignment]?.digest }
    }

    public func uploads(except round: UInt32?, attempt: UInt32) throws(StoreError) -> [UploadName] {
        state.withLock { state in
            state.payloads.compactMap { id, payload in
                id.round == round && id.attempt == attempt ? nil : UploadName(assignment: id, digest: payload.digest)
            }
        }
    }

    public func sweep(round: UInt32?, attempt: UInt32) throws(StoreError) {
        state.withLock { state in
            for id in state.payloads.keys where id.round != round || id.attempt != attempt { state.remove(id) }
        }
    }
}
