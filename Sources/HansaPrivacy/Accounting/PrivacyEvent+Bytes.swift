public import HansaNumerics

extension PrivacyEvent {
    /// Writes the canonical form: mechanism, numerator, denominator, both sensitivities, dimension, source.
    public func encode(into writer: inout ByteWriter) {
        writer.write(mechanism.number)
        writer.write(mechanism.parameter.numerator)
        writer.write(mechanism.parameter.denominator)
        writer.write(sensitivityL1)
        writer.write(sensitivityL2Squared)
        writer.write(dimension)
        writer.write(source.rawValue)
    }

    /// Reads the canonical form; refuses unknown numbers and parameters.
    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        let number = try reader.readUInt8()
        let numerator = try reader.readUInt64()
        let denominator = try reader.readUInt64()
        let parameter: Ratio
        do throws(PrivacyError) {
            parameter = try Ratio(numerator, denominator)
        } catch {
            throw .invalidValue
        }
        guard let mechanism = NoiseMechanism(number: number, parameter: parameter) else { throw .invalidValue }
        let sensitivityL1 = try reader.readUInt64()
        let sensitivityL2Squared = try reader.readUInt64()
        let dimension = try reader.readUInt64()
        guard let source = NoiseSource(rawValue: try reader.readUInt8()) else { throw .invalidValue }
        self.init(
            mechanism: mechanism,
            sensitivityL1: sensitivityL1,
            sensitivityL2Squared: sensitivityL2Squared,
            dimension: dimension,
            source: source
        )
    }

    /// The one byte form of this event.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }
}
