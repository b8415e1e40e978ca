import Dispatch
import Glibc
import HansaAggregation
public import HansaCoordinator
public import HansaCore
import HansaNumerics
import Synchronization

/// A checkpoint as a safetensors file, which Python's `safetensors` reads: one F32 tensor for each block of the schema
/// under the block's name, one for each tensor of the strategy's state under `strategy.` and its name.
///
/// `u64` byte count of the header, the JSON header, the values as little-endian float32 back to back.
public enum SafetensorsFile {
    private static let lengthByteCount = 8

    /// Writes a checkpoint to a new file and makes its content durable.
    ///
    /// Returns the file's digest: SHA-256 of the header, which names the digest of the model, ‖ the strategy's tensors as
    /// float32. So it covers every byte, and a large model is hashed once.
    ///
    /// The name in its folder is not durable yet: the caller renames the file and syncs the folder.
    @discardableResult
    public static func write(_ checkpoint: Checkpoint, run: RunID, to path: String) throws(StoreError) -> SHA256Digest {
        // The text is as long whatever the digest is, so the parameters are written while they are hashed.
        let headByteCount = try head(of: checkpoint, digest: SHA256Digest(hashing: []), run: run).count
        let file = try OpenFile(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
        try Self.concurrently({ _ = checkpoint.modelDigest }) { () throws(StoreError) in
            var offset = headByteCount
            for values in [checkpoint.parameters] + checkpoint.strategyState.map(\.values) {
                try file.write(values, at: offset)
                offset += 4 * values.count
            }
        }
        let head = try head(of: checkpoint, digest: checkpoint.modelDigest, run: run)
        try file.write(head, at: 0)
        try file.syncContent()
        return digest(head: head, state: checkpoint.strategyState)
    }

    private static func digest(head: [UInt8], state: [StateTensor]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(head)
        for tensor in state { hasher.update(tensor.values) }
        return hasher.finalize()
    }

    /// Does two things at the same time, and returns when both are done.
    private static func concurrently(
        _ first: @Sendable () -> Void,
        _ second: @Sendable () throws(StoreError) -> Void
    ) throws(StoreError) {
        let failure = Mutex<StoreError?>(nil)
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            guard index == 1 else { return first() }
            do throws(StoreError) { try second() } catch { failure.withLock { $0 = error } }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Reads a checkpoint.
    ///
    /// `digest` is what ``write(_:run:to:)`` returned; without it only the model's own digest speaks.
    public static func read(
        _ path: String,
        digest: SHA256Digest? = nil
    ) throws(StoreError) -> (checkpoint: Checkpoint, run: RunID) {
        let file = try OpenFile(path, flags: O_RDONLY)
        let byteCount = try file.byteCount()
        guard byteCount >= lengthByteCount else {
            throw .damaged(file: path, reason: "it has \(byteCount) bytes, too few for a header")
        }
        let length = try file.readBytes(count: lengthByteCount, at: 0)
        let headerByteCount = length.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard headerByteCount <= UInt64(SafetensorsHeader.byteCountMax),
            headerByteCount <= UInt64(byteCount - lengthByteCount), headerByteCount.isMultiple(of: 8)
        else { throw .damaged(file: path, reason: "its header's length is \(headerByteCount) bytes") }
        let dataOffset = lengthByteCount + Int(headerByteCount)
        let dataByteCount = byteCount - dataOffset
        guard dataByteCount.isMultiple(of: 4) else {
            throw .damaged(file: path, reason: "its data are not a whole number of float32 values")
        }
        let text = try file.readBytes(count: Int(headerByteCount), at: lengthByteCount)
        let values = try file.readFloats(count: dataByteCount / 4, at: dataOffset)
        let header = try SafetensorsHeader(text: text, file: path)
        guard header.valueCount == values.count else {
            throw .damaged(file: path, reason: "its header speaks of another number of values than it holds")
        }
        let checkpoint = checkpoint(header, values: values)
        if let digest, Self.digest(head: length + text, state: checkpoint.strategyState) != digest {
            throw .damaged(
                file: path,
                reason: "its content does not match its digest; restore the file from a backup"
            )
        }
        guard checkpoint.modelDigest == header.modelDigest else {
            throw .damaged(file: path, reason: "its parameters do not match the model digest in its header")
        }
        return (checkpoint, header.run)
    }

    private static func head(
        of checkpoint: Checkpoint,
        digest: SHA256Digest,
        run: RunID
    ) throws(StoreError) -> [UInt8] {
        let text = try SafetensorsHeader(checkpoint, digest: digest, run: run).text
        var writer = ByteWriter(reservingCapacity: lengthByteCount + text.count)
        writer.write(UInt64(text.count))
        writer.writeRaw(text)
        return writer.bytes
    }

    /// Cuts the values up; the header's counts add up to their number.
    private static func checkpoint(_ header: SafetensorsHeader, values: [Float]) -> Checkpoint {
        var next = header.schema.count
        var state: [StateTensor] = []
        for (name, count) in header.state {
            state.append(StateTensor(name: name, values: Array(values[next..<next + count])))
            next += count
        }
        return Checkpoint(
            version: header.version,
            round: header.round,
            schema: header.schema,
            parameters: Array(values[..<header.schema.count]),
            strategyState: state
        )
    }
}
