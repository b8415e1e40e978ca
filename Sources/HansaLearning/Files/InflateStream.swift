import CZlib

/// A deflate decoder over bytes in memory: gzip, with any number of members, or the raw form that zip uses.
///
/// Whoever reads owns the target, so that large arrays are unpacked straight into their storage. Bytes that are
/// damaged or end early give a ``DataError`` that names the file; the caller bounds how much may come out.
struct InflateStream: ~Copyable {
    enum Format {
        case gzip
        case raw

        /// zlib's window bits: 15, plus 16 for the gzip frame, negative for no frame.
        fileprivate var windowBits: Int32 { self == .gzip ? 31 : -15 }
    }

    /// Deflate never packs more than this many bytes into one (zlib's technical notes).
    static let ratioMax = 1032

    private let file: String
    private let input: ArraySlice<UInt8>
    private let format: Format
    // zlib keeps a pointer to this record, so it must never move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var consumed = 0
    private var ended = false

    init(_ input: ArraySlice<UInt8>, format: Format, file: String) throws(DataError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard hansa_inflate_init(stream, format.windowBits) == Z_OK else {
            stream.deallocate()
            throw .system(file: file, operation: "unpack it", reason: "zlib has no memory")
        }
        self.file = file
        self.input = input
        self.format = format
        self.stream = stream
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Fills the target as far as the content reaches and returns the count; fewer only at the end of the content.
    mutating func read(into target: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        var produced = 0
        while produced < target.count, !ended {
            let status = step(into: target, produced: &produced)
            switch status {
            case Z_OK:
                continue
            case Z_STREAM_END:
                try endMember()
            case Z_BUF_ERROR:
                throw .damaged(file: file, got: "compressed data that ends early", expected: "whole compressed data")
            case Z_MEM_ERROR:
                throw .system(file: file, operation: "unpack it", reason: "zlib has no memory")
            default:
                throw .damaged(file: file, got: "invalid compressed data", expected: "deflate data with its checksum")
            }
        }
        return produced
    }

    /// Reads to the end, and refuses more than `byteCountMax` bytes.
    mutating func readToEnd(byteCountMax: Int) throws(DataError) -> [UInt8] {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try readChunk(&chunk)
            guard output.count + count <= byteCountMax else { throw .tooLarge(file: file, limit: byteCountMax) }
            output += chunk[..<count]
            if count < chunk.count { return output }
        }
    }

    private mutating func readChunk(_ chunk: inout [UInt8]) throws(DataError) -> Int {
        // The pointer is valid for this call only, and rethrowing through the closure would widen the error.
        var failure: DataError?
        let count = chunk.withUnsafeMutableBytes { target in
            do throws(DataError) {
                return try read(into: target)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return count
    }

    /// One call of zlib on at most 1 GiB on each side, as its counts are 32 bits wide.
    private mutating func step(into target: UnsafeMutableRawBufferPointer, produced: inout Int) -> Int32 {
        let room = min(target.count - produced, 1 << 30)
        let available = min(input.count - consumed, 1 << 30)
        let status: Int32 = input.withUnsafeBytes { source in
            // zlib declares its input as mutable, and does not write to it.
            let start = source.baseAddress.map { $0 + consumed }
            // Bounds: zlib takes at most `available` bytes and writes at most `room`.
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: start.map { $0.assumingMemoryBound(to: UInt8.self) }
            )
            stream.pointee.avail_in = UInt32(available)
            stream.pointee.next_out = target.baseAddress.map { ($0 + produced).assumingMemoryBound(to: UInt8.self) }
            stream.pointee.avail_out = UInt32(room)
            return inflate(stream, Z_NO_FLUSH)
        }
        consumed += available - Int(stream.pointee.avail_in)
        produced += room - Int(stream.pointee.avail_out)
        return status
    }

    private mutating func endMember() throws(DataError) {
        let rest = input.dropFirst(consumed)
        guard !rest.isEmpty else {
            ended = true
            return
        }
        guard format == .gzip, rest.starts(with: [0x1F, 0x8B]) else {
            throw .damaged(
                file: file,
                got: "\(rest.count) bytes behind the compressed data",
                expected: "none"
            )
        }
        guard inflateReset(stream) == Z_OK else {
            throw .damaged(file: file, got: "a state zlib cannot reset", expected: "a further gzip member")
        }
    }
}
