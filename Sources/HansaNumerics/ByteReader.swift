/// Why bytes could not be read.
public enum ByteReaderError: Error, Equatable, Sendable {
    /// The bytes end before the value does.
    case truncated
    /// A length is above the limit the caller set.
    case tooLong(got: Int, max: Int)
    /// A tag, flag or string has a value that the format does not know.
    case invalidValue
    /// Bytes are left over after the last value.
    case trailingBytes(Int)
}

/// Reads what ``ByteWriter`` wrote, checking every bound: no input can trap it.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private var position: Int

    /// How many bytes are left.
    public var remaining: Int { bytes.count - position }

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.position = 0
    }

    public mutating func readUInt8() throws(ByteReaderError) -> UInt8 {
        guard remaining >= 1 else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    public mutating func readBool() throws(ByteReaderError) -> Bool {
        switch try readUInt8() {
        case 0: false
        case 1: true
        default: throw .invalidValue
        }
    }

    public mutating func readUInt32() throws(ByteReaderError) -> UInt32 {
        guard remaining >= 4 else { throw .truncated }
        var value: UInt32 = 0
        for index in 0..<4 { value |= UInt32(bytes[position + index]) << UInt32(8 * index) }
        position += 4
        return value
    }

    public mutating func readUInt64() throws(ByteReaderError) -> UInt64 {
        let low = UInt64(try readUInt32())
        return low | UInt64(try readUInt32()) << 32
    }

    public mutating func readInt64() throws(ByteReaderError) -> Int64 { Int64(bitPattern: try readUInt64()) }

    public mutating func readFloat() throws(ByteReaderError) -> Float { Float(bitPattern: try readUInt32()) }

    public mutating func readDouble() throws(ByteReaderError) -> Double { Double(bitPattern: try readUInt64()) }

    public mutating func readString(byteCountMax: Int) throws(ByteReaderError) -> String {
        let raw = try readCounted(byteCountMax: byteCountMax)
        guard let text = String(valid: raw) else { throw .invalidValue }
        return text
    }

    /// Reads a `u32` count and that many bytes.
    public mutating func readCounted(byteCountMax: Int) throws(ByteReaderError) -> [UInt8] {
        let count = Int(try readUInt32())
        guard count <= byteCountMax else { throw .tooLong(got: count, max: byteCountMax) }
        return try readRaw(byteCount: count)
    }

    public mutating func readRaw(byteCount: Int) throws(ByteReaderError) -> [UInt8] {
        guard byteCount >= 0, remaining >= byteCount else { throw .truncated }
        defer { position += byteCount }
        return Array(bytes[position..<position + byteCount])
    }

    /// Refuses left-over bytes.
    public func finish() throws(ByteReaderError) {
        guard remaining == 0 else { throw .trailingBytes(remaining) }
    }
}
