import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaPrivacy

extension ReleaseEntry {
    private static let noiseSeedByteCountMax = 1024

    /// `u32` round, `u32` attempt, `u64` version, plan digest, the noise, the seed behind its `u32` count.
    ///
    /// The noise is a `u8`: 0 for none, else the mechanism's number, followed by its parameter's terms as `u64`, the
    /// placement's number and the source's as `u8`, and the `u32` cohort of distributed noise.
    var recordBytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: 96)
        writer.write(round)
        writer.write(attempt)
        writer.write(version)
        writer.writeRaw(planDigest.bytes)
        Self.encode(noise, into: &writer)
        writer.writeCounted(noiseSeed)
        return writer.bytes
    }

    init(recordBytes bytes: [UInt8]) throws(ByteReaderError) {
        var reader = ByteReader(bytes)
        let round = try reader.readUInt32()
        let attempt = try reader.readUInt32()
        let version = try reader.readUInt64()
        guard let planDigest = SHA256Digest(bytes: try reader.readRaw(byteCount: SHA256Digest.byteCount)) else {
            throw .invalidValue
        }
        let noise = try Self.decodeNoise(from: &reader)
        let noiseSeed = try reader.readCounted(byteCountMax: Self.noiseSeedByteCountMax)
        try reader.finish()
        self.init(
            round: round,
            attempt: attempt,
            version: version,
            planDigest: planDigest,
            noise: noise,
            noiseSeed: noiseSeed
        )
    }

    private static func encode(_ plan: NoisePlan, into writer: inout ByteWriter) {
        guard let noise = plan.noise else { return writer.write(UInt8(0)) }
        writer.write(noise.mechanism.number)
        writer.write(noise.mechanism.parameter.numerator)
        writer.write(noise.mechanism.parameter.denominator)
        writer.write(noise.placement.number)
        writer.write(noise.source.rawValue)
        if case .distributed(let cohortMin) = noise.placement { writer.write(cohortMin) }
    }

    private static func decodeNoise(from reader: inout ByteReader) throws(ByteReaderError) -> NoisePlan {
        let number = try reader.readUInt8()
        if number == 0 { return .none }
        let (numerator, denominator) = (try reader.readUInt64(), try reader.readUInt64())
        let placementNumber = try reader.readUInt8()
        guard let parameter = try? Ratio(numerator, denominator),
            let mechanism = NoiseMechanism(number: number, parameter: parameter),
            let source = NoiseSource(rawValue: try reader.readUInt8())
        else { throw .invalidValue }
        let placement: NoisePlacement
        switch placementNumber {
        case 1: placement = .local
        case 2: placement = .distributed(cohortMin: try reader.readUInt32())
        case 3: placement = .central
        default: throw .invalidValue
        }
        return .added(Noise(mechanism: mechanism, placement: placement, source: source))
    }
}
