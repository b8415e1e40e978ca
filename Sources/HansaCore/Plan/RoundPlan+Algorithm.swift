#if !hasFeature(Embedded)
import HansaNumerics

/// What format 3 says, behind the work's options.
extension RoundPlan {
    static func encode(_ algorithm: LocalAlgorithm, into writer: inout ByteWriter) {
        switch algorithm {
        case .descent: writer.write(UInt8(0))
        case .gradient(let exampleCountMax, let isDifference):
            writer.write(UInt8(1))
            writer.write(exampleCountMax)
            writer.write(isDifference)
        case .recursiveGradient: writer.write(UInt8(2))
        case .controlVariates: writer.write(UInt8(3))
        case .retention(let retention):
            writer.write(UInt8(4))
            writer.write(retention.kind.rawValue)
            writer.write(retention.factor)
            writer.write(retention.serverRate)
            writer.write(retention.margin)
        case .personalBlocks: writer.write(UInt8(5))
        case .personalModel(let proximal):
            writer.write(UInt8(6))
            writer.write(proximal)
        case .insecureScaled(let form):
            writer.write(UInt8(7))
            encode(form, into: &writer)
        }
    }

    static func decodeAlgorithm(from reader: inout ByteReader) throws(ByteReaderError) -> LocalAlgorithm {
        switch try reader.readUInt8() {
        case 0: return .descent
        case 1:
            return .gradient(exampleCountMax: try reader.readUInt32(), isDifference: try reader.readBool())
        case 2: return .recursiveGradient
        case 3: return .controlVariates
        case 4:
            guard let kind = ExpertRetention.Kind(rawValue: try reader.readUInt8()) else { throw .invalidValue }
            return .retention(
                ExpertRetention(
                    kind: kind,
                    factor: try reader.readFloat(),
                    serverRate: try reader.readFloat(),
                    margin: try reader.readFloat()
                )
            )
        case 5: return .personalBlocks
        case 6: return .personalModel(proximal: try reader.readFloat())
        case 7: return .insecureScaled(try decodeInsecureForm(from: &reader))
        default: throw .invalidValue
        }
    }
}
#endif
