public import HansaCore
import HansaNumerics

/// What a client makes durable, in one write, before the first byte of an update leaves: {assignment, charge, bytes, new
/// local state} (DESIGN.md, "The way of an update").
///
/// A retry sends exactly these bytes, for nothing. The charge is what the release costs the device's privacy budget; noise
/// drawn anew for the same work is another record, and charged again.
public struct OutboxRecord: Hashable, Sendable {
    public var update: ClientUpdate
    /// The byte count of each section of the payload, in the plan's order, which the update is announced with.
    public var sectionByteCounts: [UInt64]
    /// The client's own state after this round, such as a residual; it never leaves the device.
    public var localState: [UInt8]
    /// What the update costs, whether or not it ever arrives.
    public var charge: PrivacyCharge

    /// The work this record answers.
    public var assignment: AssignmentID { update.report.assignment }

    public init(
        update: ClientUpdate,
        sectionByteCounts: [UInt64] = [],
        localState: [UInt8] = [],
        charge: PrivacyCharge = .unbounded
    ) {
        self.update = update
        self.sectionByteCounts = sectionByteCounts
        self.localState = localState
        self.charge = charge
    }
}

/// The record's byte form, version 3:
///
/// | type | field |
/// | --- | --- |
/// | u8 | 3 |
/// | report | assignment, plan digest, declared fields, payload digest |
/// | charge | what the update costs, see ``PrivacyCharge`` |
/// | u64 | bytes of the payload |
/// | u32, u64 … | number of sections, bytes of each |
/// | u64, bytes | local state |
/// | 32 bytes | SHA-256 of everything before |
/// | bytes | payload |
///
/// The seal covers the payload through the report's digest of it, so that an update of many megabytes is neither hashed
/// twice nor copied on its way to the disk, and so that the charge of a record whose payload is damaged can still be read.
extension OutboxRecord {
    private static let formatVersion: UInt8 = 3
    /// The most sections of a record; a plan has no more.
    private static let sectionCountMax = 1 << 16

    /// What stands before the payload, seal included; the record's bytes are these and then the payload.
    public var head: [UInt8] {
        var writer = ByteWriter(reservingCapacity: localState.count + 8 * sectionByteCounts.count + 384)
        writer.write(Self.formatVersion)
        update.report.encode(into: &writer)
        charge.encode(into: &writer)
        // The largest model's update takes 8 GiB, so these counts take 64 bits.
        writer.write(UInt64(update.payload.count))
        writer.write(UInt32(truncatingIfNeeded: sectionByteCounts.count))
        for count in sectionByteCounts { writer.write(count) }
        writer.write(UInt64(localState.count))
        writer.writeRaw(localState)
        writer.writeRaw(SHA256Digest(hashing: writer.bytes).bytes)
        return writer.bytes
    }

    /// ``head`` and payload in one piece.
    public var bytes: [UInt8] { head + update.payload }

    /// Reads ``bytes`` back; nil for anything torn or damaged, in the head or in the payload.
    public init?(bytes: [UInt8]) {
        guard let (record, payloadByteCount, headByteCount) = Self.readHead(bytes),
            bytes.count - headByteCount == payloadByteCount
        else { return nil }
        let payload = Array(bytes[headByteCount...])
        guard SHA256Digest(hashing: payload) == record.update.report.payloadDigest else { return nil }
        self = record
        update.payload = payload
    }

    /// Reads a record without its payload from the first bytes of its byte form; nil where the head is torn or damaged,
    /// or goes beyond these bytes.
    public init?(headOf bytes: [UInt8]) {
        guard let record = Self.readHead(bytes)?.record else { return nil }
        self = record
    }

    private static func readHead(
        _ bytes: [UInt8]
    ) -> (record: OutboxRecord, payloadByteCount: Int, headByteCount: Int)? {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            guard try reader.readUInt8() == formatVersion else { return nil }
            let report = try UpdateReport(from: &reader)
            let charge = try PrivacyCharge(from: &reader)
            let payloadByteCount = try readCount(from: &reader)
            let sectionCount = Int(try reader.readUInt32())
            guard sectionCount <= sectionCountMax else { return nil }
            var sections: [UInt64] = []
            for _ in 0..<sectionCount { sections.append(try reader.readUInt64()) }
            let state = try reader.readRaw(byteCount: try readCount(from: &reader))
            let sealed = Array(bytes[..<(bytes.count - reader.remaining)])
            let seal = try reader.readRaw(byteCount: SHA256Digest.byteCount)
            guard SHA256Digest(hashing: sealed).bytes == seal else { return nil }
            let record = OutboxRecord(
                update: ClientUpdate(report: report, payload: []),
                sectionByteCounts: sections,
                localState: state,
                charge: charge
            )
            return (record, payloadByteCount, bytes.count - reader.remaining)
        } catch {
            return nil
        }
    }

    private static func readCount(from reader: inout ByteReader) throws(ByteReaderError) -> Int {
        guard let count = Int(exactly: try reader.readUInt64()) else { throw .truncated }
        return count
    }
}
