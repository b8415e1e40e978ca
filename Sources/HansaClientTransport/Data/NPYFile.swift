import HansaNumerics

/// An npy file as it lies in memory: its header read, its values still bytes.
///
/// Versions 1 and 2 in C order. The shape's product and the bytes that are there agree, so that any index within the
/// shape is within the bytes.
/// - seealso: NumPy's `numpy.lib.format`, "Format version 1.0" and "2.0".
struct NPYFile {
    /// The most bytes of a header; NumPy's own are 118 bytes.
    static let headerByteCountMax = 1 << 16
    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    let element: NPYElement
    let shape: [Int]
    /// The whole file.
    let bytes: [UInt8]
    /// Where the values begin.
    let offset: Int

    /// The number of values.
    var count: Int { (bytes.count - offset) / element.byteCount }

    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - name: the file as errors name it.
    ///   - allowed: the element types that the caller can use.
    init(bytes: [UInt8], name: String, allowed: [NPYElement]) throws(NPYError) {
        let malformed = NPYError.malformed(file: name, expected: "a header of descr, fortran_order and shape")
        guard bytes.count >= 10, Array(bytes[..<6]) == Self.magic else { throw malformed }
        let headerStart: Int
        var headerCount = Int(bytes[8]) | Int(bytes[9]) << 8
        switch (bytes[6], bytes[7]) {
        case (1, 0): headerStart = 10
        case (2, 0):
            guard bytes.count >= 12 else { throw malformed }
            headerStart = 12
            headerCount |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24
        case (let major, let minor):
            throw .unsupported(
                file: name,
                got: PlainText("npy version \(major).\(minor)").string,
                expected: "version 1.0 or 2.0"
            )
        }
        guard headerCount <= Self.headerByteCountMax, headerCount <= bytes.count - headerStart else { throw malformed }
        offset = headerStart + headerCount
        guard let header = NPYHeaderText.read(Array(bytes[headerStart..<offset])) else { throw malformed }
        guard !header.isFortran || header.shape.count < 2 else {
            throw .unsupported(file: name, got: "Fortran order", expected: "C order: use numpy.ascontiguousarray")
        }
        var found: NPYElement?
        for element in allowed where element.name.isSame(as: header.type) { found = element }
        guard let found else {
            throw .unsupported(
                file: name,
                got: PlainText("element type \(header.type)").string,
                expected: PlainText("one of \(PlainText(list: allowed.map { $0.name }))").string
            )
        }
        var byteCount = found.byteCount
        for extent in header.shape {
            let (product, overflows) = byteCount.multipliedReportingOverflow(by: extent)
            guard !overflows else {
                throw .wrongShape(file: name, got: header.shape, expected: "a shape whose values fit in memory")
            }
            byteCount = product
        }
        guard bytes.count - offset == byteCount else {
            throw .wrongByteCount(file: name, got: bytes.count - offset, expected: byteCount)
        }
        element = found
        shape = header.shape
        self.bytes = bytes
    }
}
