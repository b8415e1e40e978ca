import Foundation

/// A process that a run keeps alive: started again where it was killed, its words kept in files.
///
/// Standard output of all lives goes to one file, so that a line survives its process; ``newLines()`` reads on in it.
final class ChildProcess {
    /// How a life ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    let name: String
    private let executable: String
    private let output: String
    private let errors: String
    private var process: Process?
    private var offset: UInt64 = 0
    private var tail: [UInt8] = []
    private(set) var startCount = 0
    /// Lines longer than this are none of ours.
    private static let lineByteCountMax = 1 << 22

    init(name: String, executable: String, folder: String) {
        self.name = name
        self.executable = executable
        output = folder + "/\(name).jsonl"
        errors = folder + "/\(name).log"
    }

    var isRunning: Bool { process?.isRunning ?? false }

    /// How the last life ended; nil while it lasts.
    var end: End? {
        guard let process, !process.isRunning else { return nil }
        let status = process.terminationStatus
        return process.terminationReason == .exit ? .exit(status) : .signal(status)
    }

    /// Begins a life.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws(CommandFailure) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.append(to: output)
        process.standardError = try Self.append(to: errors)
        do { try process.run() } catch {
            throw CommandFailure(.io, "\(executable) cannot be started: \(error.localizedDescription)")
        }
        self.process = process
        startCount += 1
    }

    /// The whole lines that were written since the last call.
    func newLines() -> [String] {
        guard let file = FileHandle(forReadingAtPath: output) else { return [] }
        defer { try? file.close() }
        guard (try? file.seek(toOffset: offset)) != nil, let data = try? file.readToEnd() else { return [] }
        offset += UInt64(data.count)
        tail += data
        guard let last = tail.lastIndex(of: 0x0A) else {
            if tail.count > Self.lineByteCountMax { tail = [] }
            return []
        }
        let lines = tail[..<last].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        tail = Array(tail[(last + 1)...])
        return lines
    }

    /// The end of what it said on standard error.
    func lastWords() -> String {
        let data = FileManager.default.contents(atPath: errors) ?? Data()
        return String(decoding: data.suffix(800), as: UTF8.self)
    }

    /// Asks it to end.
    func terminate() { signal(SIGTERM) }

    /// Ends it.
    func end(by number: Int32) { signal(number) }

    private func signal(_ number: Int32) {
        guard let process, process.isRunning else { return }
        kill(process.processIdentifier, number)
    }

    private static func append(to path: String) throws(CommandFailure) -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let handle = FileHandle(forWritingAtPath: path), (try? handle.seekToEnd()) != nil else {
            throw CommandFailure(.io, "\(path): cannot be written.")
        }
        return handle
    }
}
