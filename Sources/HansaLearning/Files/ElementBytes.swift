/// Reads of little- and big-endian integers from bytes whose bounds the caller has checked.
extension [UInt8] {
    func littleEndian<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
        precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count, "the caller checks the bounds")
        // Bounds: checked by the precondition.
        return withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }

    /// The elements of a packed little-endian array that fills the bytes from `offset` on.
    func littleEndianElements<T: FixedWidthInteger>(_ type: T.Type, from offset: Int, count elementCount: Int) -> [T] {
        let size = MemoryLayout<T>.size
        precondition(
            offset >= 0 && elementCount >= 0 && elementCount <= (count - offset) / size,
            "checked by the caller"
        )
        return withUnsafeBytes { source in
            [T](unsafeUninitializedCapacity: elementCount) { target, initialized in
                // Bounds: checked by the precondition.
                for index in 0..<elementCount {
                    target.initializeElement(
                        at: index,
                        to: T(littleEndian: source.loadUnaligned(fromByteOffset: offset + index * size, as: T.self))
                    )
                }
                initialized = elementCount
            }
        }
    }

    mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

/// The product of extents, or nil where one is negative or the product does not fit.
func checkedProduct(_ extents: [Int]) -> Int? {
    var product = 1
    for extent in extents {
        guard extent >= 0 else { return nil }
        let (next, overflow) = product.multipliedReportingOverflow(by: extent)
        if overflow { return nil }
        product = next
    }
    return product
}
