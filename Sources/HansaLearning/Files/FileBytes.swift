import Glibc

/// Whole files as bytes: the one place where data files are opened for reading.
enum FileBytes {
    /// The largest file that is read unless a caller says otherwise: 4 GiB.
    static let byteCountMax = 1 << 32

    /// Reads a whole file as it is.
    static func read(_ path: String, byteCountMax: Int = byteCountMax) throws(DataError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .notFound(file: path) }
            throw .system(file: path, operation: "open it", reason: systemReason())
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(file: path, operation: "ask its size", reason: systemReason())
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system(file: path, operation: "read it", reason: "not a regular file")
        }
        guard status.st_size <= byteCountMax else { throw .tooLarge(file: path, limit: byteCountMax) }
        let size = Int(status.st_size)
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { return }
                count += got
            }
        }
        if failed { throw .system(file: path, operation: "read it", reason: systemReason()) }
        guard bytes.count == size else { throw .truncated(file: path, got: bytes.count, expected: size) }
        return bytes
    }

    /// Whether the bytes begin as a gzip member does.
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The content of bytes that may be gzip: unpacked where they are, else the bytes themselves.
    static func unpacked(
        _ bytes: [UInt8],
        file: String,
        byteCountMax: Int = byteCountMax
    ) throws(DataError) -> [UInt8] {
        guard isGzip(bytes) else {
            guard bytes.count <= byteCountMax else { throw .tooLarge(file: file, limit: byteCountMax) }
            return bytes
        }
        var stream = try InflateStream(bytes[...], format: .gzip, file: file)
        return try stream.readToEnd(byteCountMax: byteCountMax)
    }

    /// The system's words for the last error.
    static func systemReason() -> String { String(cString: strerror(errno)) }
}
