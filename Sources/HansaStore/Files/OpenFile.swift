import Glibc
import HansaCoordinator

/// An open file descriptor, closed with the object; every failure is a ``StoreError/io(operation:reason:)``.
final class OpenFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Opens a file; one that is made is readable and writable by its owner alone.
    init(_ path: String, flags: Int32) throws(StoreError) {
        self.path = path
        descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
    }

    deinit { Glibc.close(descriptor) }

    /// The system's words for the last failed call.
    static func failure(_ operation: String, _ path: String) -> StoreError {
        .io(operation: "\(operation) \(path)", reason: String(cString: strerror(errno)))
    }

    /// Tries to take the file's advisory lock.
    func tryLock() throws(StoreError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw Self.failure("lock", path) }
        return false
    }

    func unlock() { _ = flock(descriptor, LOCK_UN) }

    func byteCount() throws(StoreError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("ask the size of", path) }
        return Int(status.st_size)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", path) }
            written += count
        }
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(StoreError) {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(StoreError) in try write(buffer, at: offset) }
        }.get()
    }

    /// Writes the values as they lie in memory: little-endian float32 (`SHA256Hasher` refuses other hosts).
    func write(_ values: [Float], at offset: Int) throws(StoreError) {
        try values.withUnsafeBytes { buffer in
            Result { () throws(StoreError) in try write(buffer, at: offset) }
        }.get()
    }

    /// Fills the buffer from `offset`; a file that ends before is damaged.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StoreError) {
        var got = 0
        while got < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[got...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + got))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("read", path) }
            guard count > 0 else { throw .damaged(file: path, reason: "it ends \(buffer.count - got) bytes early") }
            got += count
        }
    }

    func readBytes(count: Int, at offset: Int) throws(StoreError) -> [UInt8] {
        try readValues(count: count, at: offset)
    }

    func readFloats(count: Int, at offset: Int) throws(StoreError) -> [Float] {
        try readValues(count: count, at: offset)
    }

    /// Reads numbers of a type all of whose bit patterns are values, into memory that is written once.
    private func readValues<Value: BitwiseCopyable>(count: Int, at offset: Int) throws(StoreError) -> [Value] {
        var failure: StoreError?
        let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(StoreError) {
                try read(
                    into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count])),
                    at: offset
                )
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return values
    }

    func truncate(toByteCount count: Int) throws(StoreError) {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.failure("cut", path) }
    }

    /// Makes the content durable.
    ///
    /// A failure is final: the kernel may have dropped the pages it could not write.
    func syncContent() throws(StoreError) {
        guard fdatasync(descriptor) == 0 else { throw Self.failure("sync", path) }
    }

    /// Makes the content and the file's own data durable; for a folder, the names in it.
    func sync() throws(StoreError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("sync", path) }
    }
}
