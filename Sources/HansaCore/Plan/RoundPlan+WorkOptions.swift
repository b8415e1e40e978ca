#if !hasFeature(Embedded)
import HansaNumerics

/// What format 2 says of the local work beyond plain SGD, behind the fields of format 1.
extension RoundPlan {
    /// Stands for no correction of gradients by control variates; other numbers are reserved.
    private static let noCorrection: UInt8 = 0

    static func encodeOptions(_ work: LocalWork, into writer: inout ByteWriter) {
        switch work.optimizer {
        case .sgd: writer.write(UInt8(0))
        case .adam(let moments):
            writer.write(UInt8(1))
            encode(moments, into: &writer)
        case .adamW(let moments):
            writer.write(UInt8(2))
            encode(moments, into: &writer)
        }
        writer.write(work.gradientNormMax)
        writer.write(work.proximal)
        writer.write(noCorrection)
    }

    static func decodeOptions(of work: inout LocalWork, from reader: inout ByteReader) throws(ByteReaderError) {
        switch try reader.readUInt8() {
        case 0: work.optimizer = .sgd
        case 1: work.optimizer = .adam(try decodeMoments(from: &reader))
        case 2: work.optimizer = .adamW(try decodeMoments(from: &reader))
        default: throw .invalidValue
        }
        work.gradientNormMax = try reader.readFloat()
        work.proximal = try reader.readFloat()
        guard try reader.readUInt8() == noCorrection else { throw .invalidValue }
    }

    private static func encode(_ moments: AdamMoments, into writer: inout ByteWriter) {
        writer.write(moments.beta1)
        writer.write(moments.beta2)
        writer.write(moments.epsilon)
    }

    private static func decodeMoments(from reader: inout ByteReader) throws(ByteReaderError) -> AdamMoments {
        AdamMoments(
            beta1: try reader.readFloat(),
            beta2: try reader.readFloat(),
            epsilon: try reader.readFloat()
        )
    }
}
#endif
