public import HansaNumerics

/// The header of a client's contribution; the packed integers follow as its payload.
public struct UpdateReport: Hashable, Sendable {
    /// The work this answers.
    public var assignment: AssignmentID
    /// The digest of the plan the client followed.
    public var planDigest: SHA256Digest
    /// The declared, capped sample count; 0 where the weight rule keeps it on the device.
    public var sampleCount: UInt32
    /// The mean training loss in nats, where the plan lets it be returned.
    public var trainingLoss: Float?
    /// SHA-256 of the payload.
    public var payloadDigest: SHA256Digest

    public init(
        assignment: AssignmentID,
        planDigest: SHA256Digest,
        sampleCount: UInt32,
        trainingLoss: Float? = nil,
        payloadDigest: SHA256Digest
    ) {
        self.assignment = assignment
        self.planDigest = planDigest
        self.sampleCount = sampleCount
        self.trainingLoss = trainingLoss
        self.payloadDigest = payloadDigest
    }
}

extension UpdateReport {
    /// Writes the header's byte form, which stores and the client's outbox keep.
    public func encode(into writer: inout ByteWriter) {
        assignment.encode(into: &writer)
        writer.writeRaw(planDigest.bytes)
        writer.write(sampleCount)
        writer.write(trainingLoss != nil)
        writer.write(trainingLoss ?? 0)
        writer.writeRaw(payloadDigest.bytes)
    }

    /// Reads what ``encode(into:)`` wrote.
    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        assignment = try AssignmentID(from: &reader)
        planDigest = SHA256Digest(unchecked: try reader.readRaw(byteCount: SHA256Digest.byteCount))
        sampleCount = try reader.readUInt32()
        let hasLoss = try reader.readBool()
        let loss = try reader.readFloat()
        guard hasLoss || loss.bitPattern == 0 else { throw .invalidValue }
        trainingLoss = hasLoss ? loss : nil
        payloadDigest = SHA256Digest(unchecked: try reader.readRaw(byteCount: SHA256Digest.byteCount))
    }
}
