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
    #if !hasFeature(Embedded)
    /// How many tokens each expert learned from, in the order of `ParameterSchema.experts`; empty unless the plan asks.
    public var expertLoads: [UInt32] = []
    #endif
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
        #if hasFeature(Embedded)
        writer.write(trainingLoss != nil)
        writer.write(trainingLoss ?? 0)
        #else
        writer.write(UInt8(trainingLoss == nil ? 0 : 1) | (expertLoads.isEmpty ? 0 : 2))
        writer.write(trainingLoss ?? 0)
        if !expertLoads.isEmpty {
            writer.write(UInt32(truncatingIfNeeded: expertLoads.count))
            for load in expertLoads { writer.write(load) }
        }
        #endif
        writer.writeRaw(payloadDigest.bytes)
    }

    /// Reads what ``encode(into:)`` wrote.
    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        assignment = try AssignmentID(from: &reader)
        planDigest = SHA256Digest(unchecked: try reader.readRaw(byteCount: SHA256Digest.byteCount))
        sampleCount = try reader.readUInt32()
        #if hasFeature(Embedded)
        let hasLoss = try reader.readBool()
        #else
        let flags = try reader.readUInt8()
        guard flags <= 3 else { throw .invalidValue }
        let hasLoss = flags & 1 != 0
        #endif
        let loss = try reader.readFloat()
        guard hasLoss || loss.bitPattern == 0 else { throw .invalidValue }
        trainingLoss = hasLoss ? loss : nil
        #if !hasFeature(Embedded)
        if flags & 2 != 0 {
            let count = Int(try reader.readUInt32())
            guard count >= 1, count <= reader.remaining / 4 else { throw .invalidValue }
            for _ in 0..<count { expertLoads.append(try reader.readUInt32()) }
        }
        #endif
        payloadDigest = SHA256Digest(unchecked: try reader.readRaw(byteCount: SHA256Digest.byteCount))
    }
}
