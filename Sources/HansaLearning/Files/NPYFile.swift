/// An array read from an npy file, NumPy's container, version 1.0 or 2.0.
///
/// Element types are `<f2`, `<f4`, `<f8`, `|u1`, `<i4` and `<i8`, in C order; everything else is refused with the
/// reason. Data sets of local users, archives and exported partitions go through it.
/// - seealso: numpy.lib.format, "Format Specification".
public struct NPYFile: Equatable, Sendable {
    /// The extents, outermost first; empty for a single value.
    public let shape: [Int]
    /// The elements, in row-major order.
    public let elements: NPYElements

    /// An array in memory; `elements` has as many values as the extents' product.
    public init(shape: [Int], elements: NPYElements) {
        precondition(checkedProduct(shape) == elements.count, "the shape of an array gives its element count")
        self.shape = shape
        self.elements = elements
    }

    /// Reads a file.
    public init(path: String, byteCountMax: Int = 1 << 32) throws(DataError) {
        try self.init(bytes: FileBytes.read(path, byteCountMax: byteCountMax), file: path)
    }

    /// Decodes bytes; `file` names them in errors.
    public init(bytes: [UInt8], file: String) throws(DataError) {
        guard bytes.count >= 10 else { throw .truncated(file: file, got: bytes.count, expected: 10) }
        guard bytes.starts(with: NPYHeader.magic) else {
            throw .damaged(file: file, got: "other first bytes", expected: "\\x93NUMPY")
        }
        let version = (bytes[6], bytes[7])
        let textStart: Int
        let textCount: Int
        switch version {
        case (1, 0):
            textStart = 10
            textCount = Int(bytes.littleEndian(UInt16.self, at: 8))
        case (2, 0):
            guard bytes.count >= 12 else { throw .truncated(file: file, got: bytes.count, expected: 12) }
            textStart = 12
            textCount = Int(bytes.littleEndian(UInt32.self, at: 8))
        default:
            throw .unsupported(file: file, got: "npy version \(version.0).\(version.1)", expected: "1.0 or 2.0")
        }
        let contentStart = textStart + textCount
        guard contentStart <= bytes.count else {
            throw .truncated(file: file, got: bytes.count, expected: contentStart)
        }
        let header = try NPYHeader(text: Array(bytes[textStart..<contentStart]), file: file)
        guard let elementCount = checkedProduct(header.shape),
            let byteCount = checkedProduct([elementCount, header.elementType.byteCount])
        else {
            throw .damaged(file: file, got: "a shape too large for memory", expected: "a shape that fits the file")
        }
        let contentCount = bytes.count - contentStart
        guard contentCount >= byteCount else {
            throw .truncated(file: file, got: contentCount, expected: byteCount)
        }
        guard contentCount == byteCount else {
            throw .damaged(
                file: file,
                got: "\(contentCount) bytes of values",
                expected: "\(byteCount) for shape \(header.shape)"
            )
        }
        shape = header.shape
        elements = header.elementType.decode(bytes, from: contentStart, count: elementCount)
    }

    /// The file's bytes: version 1.0 with the header padded to a multiple of 64, as NumPy writes it.
    public func encoded() -> [UInt8] {
        var bytes = NPYHeader(elementType: elements.type, shape: shape).encoded()
        elements.append(to: &bytes)
        return bytes
    }
}
