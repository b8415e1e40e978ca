import HansaClient
import HansaCore
import HansaNumerics

/// What rank 0 asks of another rank: trainings, and the models they start from that the rank does not have yet; or the end.
///
/// | type | field |
/// | --- | --- |
/// | u8 | 1; 0 for the end, and nothing more |
/// | u32 | number of models; for each: 32 bytes of digest, u64 number of parameters, floats |
/// | u32 | number of plans; for each: u32 bytes, the plan's canonical form |
/// | u32 | number of jobs; for each: the assignment's name, u32 place of its plan, u32 memory round, u64 bytes, memory |
struct RankWork {
    /// The newest models that both ends keep.
    static let modelCountMax = 4
    private static let planByteCountMax = 1 << 24

    var models: [(digest: SHA256Digest, parameters: [Float])] = []
    var assignments: [Assignment] = []
    /// What the client of each assignment remembers.
    var memories: [ClientMemory] = []

    static let end: [UInt8] = [0]

    var bytes: [UInt8] {
        let modelByteCount = models.reduce(0) { $0 + 4 * $1.parameters.count }
        var writer = ByteWriter(reservingCapacity: modelByteCount + 64 * assignments.count + 4_096)
        writer.write(UInt8(1))
        writer.write(UInt32(models.count))
        for model in models {
            writer.writeRaw(model.digest.bytes)
            writer.write(UInt64(model.parameters.count))
            writer.writeRaw(floats: model.parameters)
        }
        var plans: [RoundPlan] = []
        var places: [UInt32] = []
        for assignment in assignments {
            if plans.last != assignment.plan { plans.append(assignment.plan) }
            places.append(UInt32(plans.count - 1))
        }
        writer.write(UInt32(plans.count))
        for plan in plans { writer.writeCounted(plan.canonicalBytes) }
        writer.write(UInt32(assignments.count))
        for (index, (assignment, place)) in zip(assignments, places).enumerated() {
            assignment.id.encode(into: &writer)
            writer.write(place)
            writer.write(assignment.memoryRound)
            // Most plans ask for no memory.
            let memory = index < memories.count && memories[index] != ClientMemory() ? memories[index].bytes : []
            writer.write(UInt64(memory.count))
            writer.writeRaw(memory)
        }
        return writer.bytes
    }

    /// Reads a message of rank 0; nil for the end.
    static func read(_ bytes: [UInt8]) throws(RankError) -> RankWork? {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            guard try reader.readUInt8() == 1 else {
                try reader.finish()
                return nil
            }
            var work = RankWork()
            for _ in 0..<(try reader.readUInt32()) {
                guard let digest = SHA256Digest(bytes: try reader.readRaw(byteCount: SHA256Digest.byteCount)) else {
                    throw .invalidValue
                }
                work.models.append((digest, try reader.readRawFloats(count: try reader.readUInt64())))
            }
            var plans: [RoundPlan] = []
            for _ in 0..<(try reader.readUInt32()) {
                let form = try reader.readCounted(byteCountMax: planByteCountMax)
                do throws(PlanError) { plans.append(try RoundPlan(canonicalBytes: form)) } catch { throw .invalidValue }
            }
            for _ in 0..<(try reader.readUInt32()) {
                let id = try AssignmentID(from: &reader)
                let place = Int(try reader.readUInt32())
                guard plans.indices.contains(place) else { throw .invalidValue }
                var assignment = Assignment(id: id, plan: plans[place])
                assignment.memoryRound = try reader.readUInt32()
                guard let count = Int(exactly: try reader.readUInt64()),
                    let memory = ClientMemory(bytes: try reader.readRaw(byteCount: count))
                else { throw .invalidValue }
                work.assignments.append(assignment)
                work.memories.append(memory)
            }
            try reader.finish()
            return work
        } catch {
            throw .malformed(rank: 0)
        }
    }
}

extension ByteWriter {
    /// Floats without their count, in one copy: a model has millions, and hosts are little-endian (see `SHA256Hasher`).
    fileprivate mutating func writeRaw(floats: [Float]) {
        floats.withUnsafeBytes { writeRaw(Array($0)) }
    }
}

extension ByteReader {
    fileprivate mutating func readRawFloats(count: UInt64) throws(ByteReaderError) -> [Float] {
        guard count <= UInt64(remaining / 4) else { throw .truncated }
        let raw = try readRaw(byteCount: 4 * Int(count))
        return [Float](unsafeUninitializedCapacity: Int(count)) { values, filled in
            UnsafeMutableRawBufferPointer(values).copyBytes(from: raw)
            filled = Int(count)
        }
    }
}
