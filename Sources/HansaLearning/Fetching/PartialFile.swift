import Glibc
import HansaCore

/// A download in the making: `NAME.partial` beside its place, held by one process at a time.
final class PartialFile: Sendable {
    private let target: String
    private let path: String
    private let descriptor: Int32

    /// Opens or makes the partial file of `target`; refuses one that another process holds.
    init(target: String) throws(DataError) {
        self.target = target
        path = target + ".partial"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .system(file: path, operation: "open it", reason: FileBytes.systemReason())
        }
        // Its holder may have given the file its final name between the two calls; then this is no partial file.
        var held = stat()
        var named = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &held) == 0, stat(path, &named) == 0,
            held.st_ino == named.st_ino
        else {
            close(descriptor)
            throw .downloadBusy(file: target)
        }
    }

    deinit { close(descriptor) }

    func byteCount() throws(DataError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(file: path, operation: "ask its size", reason: FileBytes.systemReason())
        }
        return Int(status.st_size)
    }

    func truncate() throws(DataError) {
        guard ftruncate(descriptor, 0) == 0 else {
            throw .system(file: path, operation: "empty it", reason: FileBytes.systemReason())
        }
    }

    func append(_ bytes: [UInt8]) throws(DataError) {
        guard lseek(descriptor, 0, SEEK_END) >= 0 else {
            throw .system(file: path, operation: "find its end", reason: FileBytes.systemReason())
        }
        try FileBytes.write(bytes, to: descriptor, file: path)
    }

    func hasDigest(_ digest: SHA256Digest) throws(DataError) -> Bool {
        try SHA256Digest(hashing: FileBytes.read(path)) == digest
    }

    /// Makes the bytes durable and gives the file its final name.
    func promote() throws(DataError) {
        guard fsync(descriptor) == 0 else {
            throw .system(file: path, operation: "make it durable", reason: FileBytes.systemReason())
        }
        guard rename(path, target) == 0 else {
            throw .system(file: target, operation: "rename it", reason: FileBytes.systemReason())
        }
        FileBytes.syncFolder(of: target)
    }
}
