import Foundation
import HansaCoordinator
import HansaCore
import HansaStore

/// The small files a scenario may name beside its data: initial parameters and fixed cohorts.
enum ScenarioFiles {
    /// The digest of a file's content, or of both files of a stored split; nil where one cannot be read.
    static func digest(of path: String) -> SHA256Digest? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        let files = isFolder.boolValue ? [path + "/offsets.u32", path + "/parts.u32"] : [path]
        var hasher = SHA256Hasher()
        for file in files {
            guard isRegular(file), let handle = FileHandle(forReadingAtPath: file) else { return nil }
            defer { try? handle.close() }
            do {
                while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hasher.update(Array(piece)) }
            } catch {
                return nil
            }
        }
        return hasher.finalize()
    }

    /// Initial parameters: a safetensors file with the model's blocks, or else flat little-endian float32.
    static func parameters(_ path: String, count: Int) throws(ScenarioFileError) -> [Float] {
        if path.hasSuffix(".safetensors") {
            let parameters: [Float]
            do throws(StoreError) {
                parameters = try SafetensorsFile.read(path).checkpoint.parameters
            } catch {
                throw .damaged(ErrorText.of(error))
            }
            guard parameters.count == count else { throw .wrongCount(parameters.count) }
            return try finite(parameters)
        }
        let words = try words(path)
        guard words.count == count else { throw .wrongCount(words.count) }
        return try finite(words.map { Float(bitPattern: $0) })
    }

    /// Fixed cohorts: little-endian 32-bit client numbers, `cohort` a round.
    static func cohorts(_ path: String, cohort: Int) throws(ScenarioFileError) -> [[ClientID]] {
        let words = try words(path)
        guard !words.isEmpty, words.count % cohort == 0 else { throw .wrongCount(words.count) }
        return stride(from: 0, to: words.count, by: cohort).map { start in
            words[start..<start + cohort].map { ClientID($0) }
        }
    }

    private static func finite(_ values: [Float]) throws(ScenarioFileError) -> [Float] {
        guard values.allSatisfy(\.isFinite) else { throw .notFinite }
        return values
    }

    /// Whether a path leads to an ordinary file: a device or a pipe may have no end.
    private static func isRegular(_ path: String) -> Bool {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }

    private static func words(_ path: String) throws(ScenarioFileError) -> [UInt32] {
        guard isRegular(path) else { throw .unreadable }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable }
        guard data.count % 4 == 0 else { throw .damaged("it has \(data.count) bytes, no multiple of 4") }
        let bytes = Array(data)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
                | UInt32(bytes[start + 3]) << 24
        }
    }
}

/// Why a file beside a scenario cannot be used.
enum ScenarioFileError: Error, Equatable {
    case unreadable
    case damaged(String)
    /// It holds this many numbers, which is not what is needed.
    case wrongCount(Int)
    case notFinite
}
