import CHansaProto
import CProtobufC
import HansaWire

/// The two crossings between Swift's arrays and libprotobuf-c's memory.
enum ProtobufCMemory {
    /// libprotobuf-c's way to read one kind of message, generated for each.
    typealias Unpack<Message> = (
        UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<Message>?
    /// Its way to free what it read.
    typealias Free<Message> = (UnsafeMutablePointer<Message>?, UnsafeMutablePointer<ProtobufCAllocator>?) -> Void

    /// The bytes of a message whose pointers stay valid during the call.
    static func pack<Message>(
        _ message: inout Message,
        byteCount: (UnsafePointer<Message>?) -> Int,
        pack: (UnsafePointer<Message>?, UnsafeMutablePointer<UInt8>?) -> Int
    ) -> [UInt8] {
        withUnsafePointer(to: message) { pointer in
            let capacity = byteCount(pointer)
            return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                guard capacity > 0, let start = buffer.baseAddress else { return }
                count = pack(pointer, start)
            }
        }
    }

    /// Reads a message, gives it to `read` and frees it.
    static func unpack<Message, Value>(
        _ bytes: [UInt8],
        kind: FrameKind,
        _ unpack: Unpack<Message>,
        _ free: Free<Message>,
        _ read: (Message) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        let message = bytes.withUnsafeBufferPointer { unpack(nil, $0.count, $0.baseAddress) }
        guard let message else { throw .malformedMessage(kind) }
        defer { free(message, nil) }
        return try read(message.pointee)
    }

    /// Lends the bytes as libprotobuf-c wants them; it only reads them.
    static func withBinaryData<Value>(_ bytes: [UInt8], _ body: (ProtobufCBinaryData) -> Value) -> Value {
        bytes.withUnsafeBufferPointer { buffer in
            body(ProtobufCBinaryData(len: buffer.count, data: UnsafeMutablePointer(mutating: buffer.baseAddress)))
        }
    }

    /// Lends a text's bytes up to its first NUL, at most `byteCountMax` of them and no character in part.
    static func withText<Value>(
        _ text: String,
        byteCountMax: Int,
        _ body: (UnsafeMutablePointer<CChar>?) -> Value
    ) -> Value {
        var bytes: [CChar] = []
        for scalar in text.unicodeScalars {
            let units = UTF8.encode(scalar)
            guard scalar.value != 0, let units, bytes.count + units.count <= byteCountMax else { break }
            for unit in units { bytes.append(CChar(bitPattern: unit)) }
        }
        bytes.append(0)
        return bytes.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }

    /// A copy of a bytes field.
    static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
        guard data.len > 0, let start = data.data else { return [] }
        // Bounds: libprotobuf-c has allocated `len` bytes.
        return [UInt8](UnsafeBufferPointer(start: start, count: data.len))
    }
}
