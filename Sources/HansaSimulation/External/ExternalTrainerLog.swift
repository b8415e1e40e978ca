import Dispatch
import Foundation
import Synchronization

/// The file that takes what trainers' programs say on standard error, and what went wrong with them.
///
/// Bounded: what is said beyond ``byteCountMax`` is read and left out, so that a talkative program neither fills the disk
/// nor waits.
final class ExternalTrainerLog: Sendable {
    /// Enough for the traceback of every client of a small run.
    static let byteCountMax = 1 << 20

    private struct State {
        let file: FileHandle
        var byteCount: Int
    }

    private let state: Mutex<State>
    private let followed = DispatchGroup()

    init(path: String) throws(SimulationError) {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: path), let end = try? file.seekToEnd() else {
            throw .external("\(path): the trainers' log cannot be written")
        }
        state = Mutex(State(file: file, byteCount: Int(clamping: end)))
    }

    /// Adds a line of our own.
    func note(_ line: String) { write(Data((line + "\n").utf8)) }

    /// Takes everything from a pipe until its other end is closed.
    func follow(_ pipe: FileHandle) {
        followed.enter()
        // The handler keeps the pipe, which nobody else does, until it takes itself away.
        pipe.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty {
                pipe.readabilityHandler = nil
                followed.leave()
            } else {
                write(data)
            }
        }
    }

    /// Waits a moment for the last words of programs that have ended.
    func finish() { _ = followed.wait(timeout: .now() + .seconds(1)) }

    private func write(_ data: Data) {
        state.withLock { state in
            guard state.byteCount < Self.byteCountMax else { return }
            var part = data.prefix(Self.byteCountMax - state.byteCount)
            state.byteCount += part.count
            if state.byteCount == Self.byteCountMax { part += Data("\n(the rest is left out)\n".utf8) }
            try? state.file.write(contentsOf: part)
        }
    }
}
