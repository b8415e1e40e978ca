/// An array read from an IDX file, the container of MNIST and its kin, plain or gzip.
///
/// The header is big-endian: two zero bytes, the element type, the rank, then each extent as 32 bits. Data sets and
/// the catalogue read their images, labels and writer numbers through it.
public struct IDXFile: Equatable, Sendable {
    /// The elements, in row-major order.
    public enum Elements: Equatable, Sendable {
        /// Type 0x08.
        case bytes([UInt8])
        /// Type 0x0B.
        case int16([Int16])
        /// Type 0x0C.
        case int32([Int32])

        /// How many there are.
        public var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .int16(let values): values.count
            case .int32(let values): values.count
            }
        }
    }

    /// The extents, outermost first.
    public let shape: [Int]
    /// The elements; as many as the extents' product.
    public let elements: Elements

    /// Reads a file.
    ///
    /// What it unpacks to may have `byteCountMax` bytes.
    public init(path: String, byteCountMax: Int = 1 << 32) throws(DataError) {
        try self.init(bytes: FileBytes.read(path), file: path, byteCountMax: byteCountMax)
    }

    /// Decodes bytes, plain or gzip; `file` names them in errors.
    public init(bytes: [UInt8], file: String, byteCountMax: Int = 1 << 32) throws(DataError) {
        var source = try ContentReader(bytes, file: file)
        let start = try source.read(byteCount: 4)
        guard start[0] == 0, start[1] == 0 else {
            throw .damaged(file: file, got: "other first bytes", expected: "an IDX header, which begins with two zeros")
        }
        let size: Int
        switch start[2] {
        case 0x08: size = 1
        case 0x0B: size = 2
        case 0x0C: size = 4
        default:
            throw .unsupported(
                file: file,
                got: "IDX element type \(start[2])",
                expected: "8 (u8), 11 (i16) or 12 (i32)"
            )
        }
        let rank = Int(start[3])
        guard (1...8).contains(rank) else {
            throw .damaged(file: file, got: "\(rank) dimensions", expected: "1 to 8")
        }
        let header = try source.read(byteCount: 4 * rank)
        shape = (0..<rank).map { Int(UInt32(bigEndian: header.littleEndian(UInt32.self, at: 4 * $0))) }
        guard let byteCount = checkedProduct(shape + [size]), byteCount <= byteCountMax else {
            throw .tooLarge(file: file, limit: byteCountMax)
        }
        let content = try source.read(byteCount: byteCount)
        try source.finish()
        switch size {
        case 1:
            elements = .bytes(content)
        case 2:
            elements = .int16(
                content.littleEndianElements(Int16.self, from: 0, count: byteCount / 2).map(Int16.init(bigEndian:))
            )
        default:
            elements = .int32(
                content.littleEndianElements(Int32.self, from: 0, count: byteCount / 4).map(Int32.init(bigEndian:))
            )
        }
    }
}
