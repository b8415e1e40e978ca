import Glibc
import HansaCoordinator
import HansaCore

/// The layout of a state folder, and the steps on names in it: make, rename, remove, list.
struct StateFolder {
    static let databaseName = "hansa.sqlite"
    static let checkpointSuffix = ".safetensors"
    static let payloadSuffix = ".payload"
    static let temporarySuffix = ".tmp"

    let path: String

    var database: String { path + "/" + Self.databaseName }
    var lock: String { path + "/lock" }
    var segments: String { path + "/segments" }
    var checkpoints: String { path + "/checkpoints" }

    func segment(round: UInt32, attempt: UInt32) -> String { segments + "/" + Self.segmentName(round, attempt) }

    func checkpoint(_ digest: SHA256Digest) -> String { checkpoints + "/" + Self.checkpointName(digest) }

    /// The file of one large payload of an attempt.
    func payload(_ assignment: AssignmentID) -> String { segments + "/" + Self.payloadName(assignment) }

    static func payloadName(_ id: AssignmentID) -> String {
        payloadPrefix(id.round, id.attempt) + "\(id.client.number)-\(id.fence)" + payloadSuffix
    }

    /// What the names of an attempt's payload files begin with.
    static func payloadPrefix(_ round: UInt32, _ attempt: UInt32) -> String { "\(round)-\(attempt)-" }

    static func segmentName(_ round: UInt32, _ attempt: UInt32) -> String { "\(round)-\(attempt).segment" }

    static func checkpointName(_ digest: SHA256Digest) -> String { digest.hexadecimal + checkpointSuffix }

    /// Makes the folder if it is not there, for its owner alone; its parent must exist.
    func create() throws(StoreError) {
        try Self.makeFolder(path)
    }

    /// Makes the folders inside, and their names durable.
    func createContents() throws(StoreError) {
        try Self.makeFolder(segments)
        try Self.makeFolder(checkpoints)
        try Self.syncFolder(path)
    }

    /// Refuses a folder that holds checkpoints or payloads and no database, or an empty one: a new one would be made in
    /// its place, and the files removed as left over.
    func checkNotOrphaned() throws(StoreError) {
        if Self.exists(database), try !Self.isEmptyFile(database) { return }
        for folder in [segments, checkpoints] where try !Self.names(in: folder).isEmpty {
            throw .missing(what: "\(database), though \(folder) is not empty; restore it from a backup")
        }
    }

    /// Whether a file has a name as the store gives it: others are left alone.
    static func isOurs(_ name: String) -> Bool {
        [".segment", payloadSuffix, checkpointSuffix, temporarySuffix].contains { name.hasSuffix($0) }
    }

    static func syncFolder(_ path: String) throws(StoreError) {
        try OpenFile(path, flags: O_RDONLY | O_DIRECTORY).sync()
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isEmptyFile(_ path: String) throws(StoreError) -> Bool {
        try OpenFile(path, flags: O_RDONLY).byteCount() == 0
    }

    static func rename(_ old: String, to new: String) throws(StoreError) {
        guard Glibc.rename(old, new) == 0 else { throw OpenFile.failure("rename", old) }
    }

    /// Removes a file; one that is not there is gone already.
    static func remove(_ path: String) throws(StoreError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw OpenFile.failure("remove", path) }
    }

    /// The names in a folder, sorted; none where there is no such folder.
    static func names(in path: String) throws(StoreError) -> [String] {
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [] }
            throw OpenFile.failure("list", path)
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw OpenFile.failure("list", path) }
        return names.sorted()
    }

    private static func makeFolder(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw OpenFile.failure("make", path) }
    }
}
