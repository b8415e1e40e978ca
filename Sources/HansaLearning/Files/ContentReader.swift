/// A cursor over the content of bytes that may be gzip, which unpacks straight into the arrays it returns.
struct ContentReader: ~Copyable {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var inflating: InflateStream?

    init(_ bytes: [UInt8], file: String) throws(DataError) {
        self.bytes = bytes
        self.file = file
        inflating = FileBytes.isGzip(bytes) ? try InflateStream(bytes[...], format: .gzip, file: file) : nil
    }

    /// Reads exactly this many bytes.
    mutating func read(byteCount: Int) throws(DataError) -> [UInt8] {
        // A header that promises more than the bytes could ever hold is refused before memory is asked for.
        let ratio = inflating == nil ? 1 : InflateStream.ratioMax
        let possible = inflating == nil ? bytes.count - position : bytes.count
        guard byteCount / ratio <= possible else {
            throw .truncated(file: file, got: possible, expected: byteCount)
        }
        guard byteCount > 0 else { return [] }
        guard inflating != nil else {
            defer { position += byteCount }
            return Array(bytes[position..<position + byteCount])
        }
        var failure: DataError?
        let content = [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
            do throws(DataError) {
                count = try inflating?.read(into: UnsafeMutableRawBufferPointer(target)) ?? 0
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard content.count == byteCount else {
            throw .truncated(file: file, got: content.count, expected: byteCount)
        }
        return content
    }

    /// Refuses content behind what was read.
    mutating func finish() throws(DataError) {
        var left = bytes.count - position
        if inflating != nil {
            var failure: DataError?
            left = withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { target in
                do throws(DataError) {
                    return try inflating?.read(into: target) ?? 0
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
        }
        guard left == 0 else {
            throw .damaged(file: file, got: "bytes behind the last value", expected: "the end of the file")
        }
    }
}
