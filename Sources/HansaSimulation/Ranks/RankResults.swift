import HansaClient
import HansaCore
import HansaNumerics

/// What a rank answers to its work: a result for each job, in their order.
///
/// | type | field |
/// | --- | --- |
/// | u32 | number of results |
/// | u8 | 0 for a refusal, which is followed by its reason (u8); 1 for an update, which is followed by |
/// | u64, bytes | the payload, and 32 bytes of digest |
/// | u32, u64, bool | declared samples, saturated coordinates, whether it was clipped |
/// | u64, f64 | steps, mean loss |
/// | u8 | why training gave nothing, where noise hides it; 0 for no such reason |
/// | u32, u32 … | number of experts, tokens of each |
/// | u64, bytes | what the client remembers |
enum RankResults {
    static func bytes(_ results: [Result<TrainedUpdate, RefusalReason>]) -> [UInt8] {
        let payloadByteCount = results.reduce(0) { $0 + ((try? $1.get().encoded.payload.count) ?? 0) + 80 }
        var writer = ByteWriter(reservingCapacity: payloadByteCount + 8)
        writer.write(UInt32(results.count))
        for result in results {
            switch result {
            case .failure(let reason):
                writer.write(UInt8(0))
                writer.write(reason.rawValue)
            case .success(let trained):
                writer.write(UInt8(1))
                writer.write(UInt64(trained.encoded.payload.count))
                writer.writeRaw(trained.encoded.payload)
                writer.writeRaw(trained.payloadDigest.bytes)
                writer.write(trained.encoded.declaredSampleCount)
                writer.write(UInt64(trained.encoded.saturatedCount))
                writer.write(trained.encoded.wasClipped)
                writer.write(UInt64(trained.summary.stepCount))
                writer.write(trained.summary.meanLoss)
                writer.write(trained.failure?.rawValue ?? 0)
                writer.write(UInt32(truncatingIfNeeded: trained.expertLoads.count))
                for load in trained.expertLoads { writer.write(load) }
                writer.write(UInt64(trained.localState.count))
                writer.writeRaw(trained.localState)
            }
        }
        return writer.bytes
    }

    /// Reads the results of so many jobs.
    static func read(
        _ bytes: [UInt8],
        count: Int,
        of rank: Int
    ) throws(RankError) -> [Result<TrainedUpdate, RefusalReason>] {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            guard Int(try reader.readUInt32()) == count else { throw .invalidValue }
            var results: [Result<TrainedUpdate, RefusalReason>] = []
            results.reserveCapacity(count)
            for _ in 0..<count {
                if try reader.readUInt8() == 0 {
                    guard let reason = RefusalReason(rawValue: try reader.readUInt8()) else { throw .invalidValue }
                    results.append(.failure(reason))
                } else {
                    results.append(.success(try update(from: &reader)))
                }
            }
            try reader.finish()
            return results
        } catch {
            throw .malformed(rank: rank)
        }
    }

    private static func update(from reader: inout ByteReader) throws(ByteReaderError) -> TrainedUpdate {
        let payload = try reader.readRaw(byteCount: try integer(from: &reader))
        guard let digest = SHA256Digest(bytes: try reader.readRaw(byteCount: SHA256Digest.byteCount)) else {
            throw .invalidValue
        }
        let encoded = EncodedUpdate(
            payload: payload,
            declaredSampleCount: try reader.readUInt32(),
            saturatedCount: try integer(from: &reader),
            wasClipped: try reader.readBool()
        )
        let summary = TrainingSummary(stepCount: try integer(from: &reader), meanLoss: try reader.readDouble())
        var trained = TrainedUpdate(encoded: encoded, summary: summary, payloadDigest: digest)
        let failure = try reader.readUInt8()
        if failure != 0 {
            guard let reason = RefusalReason(rawValue: failure) else { throw .invalidValue }
            trained.failure = reason
        }
        let expertCount = Int(try reader.readUInt32())
        guard expertCount <= reader.remaining / 4 else { throw .truncated }
        for _ in 0..<expertCount { trained.expertLoads.append(try reader.readUInt32()) }
        trained.localState = try reader.readRaw(byteCount: try integer(from: &reader))
        return trained
    }

    private static func integer(from reader: inout ByteReader) throws(ByteReaderError) -> Int {
        guard let value = Int(exactly: try reader.readUInt64()) else { throw .invalidValue }
        return value
    }
}
