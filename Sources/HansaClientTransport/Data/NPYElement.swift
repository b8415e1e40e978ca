/// The element types that a device reads, all little-endian.
enum NPYElement: CaseIterable {
    case uint8, int32, int64, float32, float64

    /// Its name in a header.
    var name: String {
        switch self {
        case .uint8: "|u1"
        case .int32: "<i4"
        case .int64: "<i8"
        case .float32: "<f4"
        case .float64: "<f8"
        }
    }

    var byteCount: Int {
        switch self {
        case .uint8: 1
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }
}
