import Foundation
import Glibc

/// A folder that appears whole or not at all: it is filled beside its place and renamed when it is durable.
///
/// The writer removes what it made when it is dropped before ``commit()``.
final class FolderWriter {
    private let target: String
    private let temporary: String
    private var isOpen = true

    /// Begins a folder that is to stand at `target`; refuses a file or a folder with content there.
    init(target: String) throws(DataError) {
        var path = target
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.target = path
        temporary = "\(path).partial-\(getpid())"
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            let content = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? ["unreadable"]
            guard isFolder.boolValue, content.isEmpty else { throw .targetExists(path: path) }
        }
        try? FileManager.default.removeItem(atPath: temporary)
        try Self.makeFolder(temporary)
    }

    deinit {
        if isOpen { try? FileManager.default.removeItem(atPath: temporary) }
    }

    /// Makes a folder in the new one.
    func makeFolder(_ name: String) throws(DataError) { try Self.makeFolder(temporary + "/" + name) }

    /// Writes a file in the new folder from the pieces that `next` gives until it gives none.
    func write(_ name: String, pieces next: () throws(DataError) -> [UInt8]?) throws(DataError) {
        let path = temporary + "/" + name
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .system(file: path, operation: "create it", reason: FileBytes.systemReason())
        }
        defer { close(descriptor) }
        while let piece = try next() { try FileBytes.write(piece, to: descriptor, file: path) }
    }

    /// Writes a file in the new folder.
    func write(_ name: String, _ bytes: [UInt8]) throws(DataError) {
        var rest: [UInt8]? = bytes
        try write(name) {
            defer { rest = nil }
            return rest
        }
    }

    /// Makes the content durable and gives the folder its name.
    func commit() throws(DataError) {
        // One call for everything written beats a flush for each of thousands of files.
        sync()
        guard rename(temporary, target) == 0 else {
            if errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR { throw .targetExists(path: target) }
            throw .system(file: target, operation: "rename it", reason: FileBytes.systemReason())
        }
        isOpen = false
        FileBytes.syncFolder(of: target)
    }

    private static func makeFolder(_ path: String) throws(DataError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .system(file: path, operation: "make the folder", reason: error.localizedDescription)
        }
    }
}
