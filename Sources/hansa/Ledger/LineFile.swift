import Foundation
import HansaSimulation

/// A file of lines that is read piece by piece, so that its size costs no memory.
enum LineFile {
    /// Hands each line to `body`, its end left out.
    ///
    /// - Parameter expected: what the file should be, for whoever named another.
    static func read(
        _ path: String,
        expected: String,
        byteCountMax: Int,
        lineByteCountMax: Int,
        _ body: (Data) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        let file = try open(path, expected: expected)
        defer { try? file.close() }
        var rest = Data()
        var byteCount = 0
        while true {
            let piece: Data
            do {
                piece = try file.read(upToCount: 1 << 16) ?? Data()
            } catch {
                throw CommandFailure(.io, "\(path) cannot be read: \(words(error))")
            }
            guard !piece.isEmpty else { break }
            // Bounds: a piece is 64 KiB at most and the sum is refused above the limit.
            byteCount += piece.count
            rest += piece
            while let end = rest.firstIndex(of: 0x0A) {
                try body(Data(rest[..<end]))
                rest = Data(rest[(end + 1)...])
            }
            guard byteCount <= byteCountMax, rest.count <= lineByteCountMax else {
                throw CommandFailure(.data, "\(path): got a file, or a line, that is too long, expected \(expected).")
            }
        }
        guard byteCount > 0 else { throw CommandFailure(.data, "\(path): got an empty file, expected \(expected).") }
        if !rest.isEmpty { try body(rest) }
    }

    /// Opens a file to read; refuses what is none, in words.
    static func open(_ path: String, expected: String) throws(CommandFailure) -> FileHandle {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure(.noInput, "\(path): got no such file, expected \(expected).")
        }
        guard !isFolder.boolValue else {
            throw CommandFailure(.data, "\(path): got a folder, expected \(expected).")
        }
        do {
            return try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(.io, "\(path) cannot be read: \(words(error))")
        }
    }

    /// The system's words, where it has any: Foundation's name a domain and a number.
    static func words(_ error: any Error) -> String {
        let inner = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        return inner.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(clamping: inner.code))) : "\(inner)"
    }
}
