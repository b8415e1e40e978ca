import Foundation

/// A folder for one test, removed with the object.
///
/// It lies in memory where the machine allows, so that syncs are cheap.
final class TemporaryFolder {
    let path: String

    init() {
        let root = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        path = root + "/hansa-store-" + UUID().uuidString
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The contents of every file, by its path in the folder.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            contents[name] = FileManager.default.contents(atPath: path + "/" + name)
        }
        return contents
    }

    func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    /// The only file of a folder inside.
    func onlyFile(in folder: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)
        guard names.count == 1 else { throw CocoaError(.fileNoSuchFile) }
        return folder + "/" + names[0]
    }
}
