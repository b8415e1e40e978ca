public import HansaCore
import HansaNumerics

/// What a client makes durable, in one write, before the first byte of an update leaves: {assignment, charge, bytes, new
/// local state} (DESIGN.md, "The way of an update").
///
/// A retry sends exactly these bytes. The charge is what the release costs the device's privacy budget; nothing so far,
/// because no plan asks for noise yet.
public struct OutboxRecord: Hashable, Sendable {
    public var update: ClientUpdate
    /// The client's own state after this round, such as a residual; it never leaves the device.
    public var localState: [UInt8]

    /// The work this record answers.
    public var assignment: AssignmentID { update.report.assignment }

    public init(update: ClientUpdate, localState: [UInt8] = []) {
        self.update = update
        self.localState = localState
    }
}

extension OutboxRecord {
    private static let formatVersion: UInt8 = 1
    /// The record's byte form, closed by a SHA-256 so that a torn write is seen.
    public var bytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: update.payload.count + localState.count + 256)
        writer.write(Self.formatVersion)
        update.report.encode(into: &writer)
        // The largest model's update takes 8 GiB, so these counts take 64 bits.
        for part in [update.payload, localState] {
            writer.write(UInt64(part.count))
            writer.writeRaw(part)
        }
        writer.writeRaw(SHA256Digest(hashing: writer.bytes).bytes)
        return writer.bytes
    }

    /// Reads ``bytes`` back; nil for anything torn or damaged.
    public init?(bytes: [UInt8]) {
        guard bytes.count > SHA256Digest.byteCount else { return nil }
        let body = Array(bytes.dropLast(SHA256Digest.byteCount))
        guard SHA256Digest(hashing: body).bytes == Array(bytes.suffix(SHA256Digest.byteCount)) else { return nil }
        var reader = ByteReader(body)
        do throws(ByteReaderError) {
            guard try reader.readUInt8() == Self.formatVersion else { return nil }
            let report = try UpdateReport(from: &reader)
            let payload = try Self.readPart(from: &reader)
            localState = try Self.readPart(from: &reader)
            try reader.finish()
            update = ClientUpdate(report: report, payload: payload)
        } catch {
            return nil
        }
    }

    private static func readPart(from reader: inout ByteReader) throws(ByteReaderError) -> [UInt8] {
        guard let count = Int(exactly: try reader.readUInt64()) else { throw .truncated }
        return try reader.readRaw(byteCount: count)
    }
}
