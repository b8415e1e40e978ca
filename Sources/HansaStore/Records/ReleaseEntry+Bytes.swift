import HansaCoordinator
import HansaCore
import HansaNumerics

extension ReleaseEntry {
    private static let noiseSeedByteCountMax = 1024

    /// `u32` round, `u32` attempt, `u64` version, plan digest, `u8` noise (0: none), the seed behind its `u32` count.
    var recordBytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: 96)
        writer.write(round)
        writer.write(attempt)
        writer.write(version)
        writer.writeRaw(planDigest.bytes)
        switch noise {
        case .none, .added: writer.write(UInt8(0))
        }
        writer.writeCounted(noiseSeed)
        return writer.bytes
    }

    init(recordBytes bytes: [UInt8]) throws(ByteReaderError) {
        var reader = ByteReader(bytes)
        let round = try reader.readUInt32()
        let attempt = try reader.readUInt32()
        let version = try reader.readUInt64()
        guard let planDigest = SHA256Digest(bytes: try reader.readRaw(byteCount: SHA256Digest.byteCount)),
            try reader.readUInt8() == 0
        else { throw .invalidValue }
        let noiseSeed = try reader.readCounted(byteCountMax: Self.noiseSeedByteCountMax)
        try reader.finish()
        self.init(
            round: round,
            attempt: attempt,
            version: version,
            planDigest: planDigest,
            noise: .none,
            noiseSeed: noiseSeed
        )
    }
}
