import Foundation

/// A folder of one test, removed with it.
final class TrainingFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "hansa-training-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: url.appending(path: name)) }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appending(path: name))) }

    func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder))
    }

    /// A file of the package.
    static func packageFile(_ path: String, from file: String = #filePath) -> URL {
        var url = URL(filePath: file)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appending(path: path)
    }
}
