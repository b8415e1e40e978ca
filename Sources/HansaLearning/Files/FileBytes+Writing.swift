import Glibc

extension FileBytes {
    /// Writes all bytes to an open file.
    static func write(_ bytes: [UInt8], to descriptor: Int32, file: String) throws(DataError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { source in
                Glibc.write(descriptor, source.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(file: file, operation: "write it", reason: systemReason()) }
            written += count
        }
    }

    /// Makes the names in a path's folder durable, where the file system can.
    static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
