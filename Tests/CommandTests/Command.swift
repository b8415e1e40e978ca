import Foundation
import Testing

/// The built program `hansa`, run as a user runs it.
struct Command {
    /// What a run of the program left.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The program lies beside the test program.
    static let path: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("hansa").path
    }()

    /// The folder of the package's sources.
    static let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs the program to its end with an environment that names no data.
    static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
        let process = try launch(arguments, environment: environment)
        return try finish(process)
    }

    /// A started program with the files that collect what it prints: pipes could fill up.
    struct Launched {
        let process: Process
        let folder: TemporaryFolder
    }

    /// Starts `hansa`, or another program.
    static func launch(
        _ arguments: [String],
        program: String = path,
        environment: [String: String] = [:]
    ) throws -> Launched {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        for name in ["out", "err"] {
            _ = FileManager.default.createFile(atPath: folder.file(name), contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("err")))
        try process.run()
        return Launched(process: process, folder: folder)
    }

    static func finish(_ launched: Launched) throws -> Outcome {
        launched.process.waitUntilExit()
        let output = try String(contentsOfFile: launched.folder.file("out"), encoding: .utf8)
        let errors = try String(contentsOfFile: launched.folder.file("err"), encoding: .utf8)
        // A process that a signal ended has no status of its own.
        let isExit = launched.process.terminationReason == .exit
        return Outcome(
            status: isExit ? launched.process.terminationStatus : -launched.process.terminationStatus,
            output: output,
            errors: errors
        )
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("hansa-command-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    deinit { remove() }
}
