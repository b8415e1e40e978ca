public import HansaCore
public import HansaNumerics

/// What an outbox record says of its cost, without its bytes: whose it is, and what it costs.
public struct DeviceLedgerCharge: Sendable {
    public var assignment: AssignmentID
    public var planDigest: SHA256Digest
    public var payloadDigest: SHA256Digest
    public var charge: PrivacyCharge

    public init(_ record: OutboxRecord) {
        assignment = record.assignment
        planDigest = record.update.report.planDigest
        payloadDigest = record.update.report.payloadDigest
        charge = record.charge
    }

    public func encode(into writer: inout ByteWriter) {
        assignment.encode(into: &writer)
        writer.writeRaw(planDigest.bytes)
        writer.writeRaw(payloadDigest.bytes)
        charge.encode(into: &writer)
    }

    init(from reader: inout ByteReader) throws(ByteReaderError) {
        assignment = try AssignmentID(from: &reader)
        planDigest = try Self.digest(from: &reader)
        payloadDigest = try Self.digest(from: &reader)
        charge = try PrivacyCharge(from: &reader)
    }

    private static func digest(from reader: inout ByteReader) throws(ByteReaderError) -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: try reader.readRaw(byteCount: SHA256Digest.byteCount)) else {
            throw .truncated
        }
        return digest
    }
}
