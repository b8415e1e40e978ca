/// The elements of an npy array, by the type they are stored as.
public enum NPYElements: Equatable, Sendable {
    /// `<f4`, and `<f2` widened on reading.
    case float32([Float])
    /// `<f8`.
    case float64([Double])
    /// `|u1`.
    case uint8([UInt8])
    /// `<i4`.
    case int32([Int32])
    /// `<i8`.
    case int64([Int64])

    /// How many there are.
    public var count: Int {
        switch self {
        case .float32(let values): values.count
        case .float64(let values): values.count
        case .uint8(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        }
    }

    /// The type these are written as.
    var type: NPYElementType {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .uint8: .uint8
        case .int32: .int32
        case .int64: .int64
        }
    }

    /// The elements as float32, rounded to nearest where they do not fit.
    public var floats: [Float] {
        switch self {
        case .float32(let values): values
        case .float64(let values): values.map { Float($0) }
        case .uint8(let values): values.map { Float($0) }
        case .int32(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        }
    }

    /// The elements as integers; nil for floating-point types.
    public var integers: [Int]? {
        switch self {
        case .float32, .float64: nil
        case .uint8(let values): values.map { Int($0) }
        case .int32(let values): values.map { Int($0) }
        case .int64(let values): values.map { Int($0) }
        }
    }

    func append(to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + count * type.byteCount)
        switch self {
        case .float32(let values): for value in values { bytes.appendLittleEndian(value.bitPattern) }
        case .float64(let values): for value in values { bytes.appendLittleEndian(value.bitPattern) }
        case .uint8(let values): bytes += values
        case .int32(let values): for value in values { bytes.appendLittleEndian(value) }
        case .int64(let values): for value in values { bytes.appendLittleEndian(value) }
        }
    }
}

/// The element types of npy that are read, by NumPy's `descr`.
enum NPYElementType: String, CaseIterable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case uint8 = "|u1"
    case int32 = "<i4"
    case int64 = "<i8"

    var byteCount: Int {
        switch self {
        case .uint8: 1
        case .float16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    /// Decodes a packed array; the caller has checked that `count` elements lie behind `offset`.
    func decode(_ bytes: [UInt8], from offset: Int, count: Int) -> NPYElements {
        switch self {
        case .float16:
            .float32(bytes.littleEndianElements(UInt16.self, from: offset, count: count).map(Self.widen))
        case .float32:
            .float32(
                bytes.littleEndianElements(UInt32.self, from: offset, count: count).map { Float(bitPattern: $0) }
            )
        case .float64:
            .float64(
                bytes.littleEndianElements(UInt64.self, from: offset, count: count).map { Double(bitPattern: $0) }
            )
        case .uint8: .uint8(Array(bytes[offset..<offset + count]))
        case .int32: .int32(bytes.littleEndianElements(Int32.self, from: offset, count: count))
        case .int64: .int64(bytes.littleEndianElements(Int64.self, from: offset, count: count))
        }
    }

    /// The value of an IEEE 754 binary16 pattern: sign, 5 bits of exponent (bias 15), 10 of fraction.
    static func widen(_ half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1F
        let fraction = UInt32(half & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 31:
            return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default:
            return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
