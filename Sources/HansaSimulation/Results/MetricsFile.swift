import Foundation
import HansaResults
import Synchronization

/// `metrics.jsonl`: a line a round, in the file as soon as the round has ended.
final class MetricsFile: Sendable {
    private let path: String
    private let handle: FileHandle
    private let state = Mutex<(lines: [RoundMetrics], failure: CommandFailure?)>(([], nil))

    /// Begins the file with the lines that a resumed run keeps.
    init(path: String, keeping lines: [RoundMetrics] = []) throws(CommandFailure) {
        self.path = path
        var text = ""
        for line in lines { text += try JSONLines.line(line) + "\n" }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seekToEnd()
        } catch {
            throw CommandFailure(.io, "\(path): cannot be written: \(error.localizedDescription)")
        }
        state.withLock { $0.lines = lines }
    }

    /// Adds a line.
    ///
    /// The first failure is kept and thrown by ``finish()``.
    func append(_ line: RoundMetrics) {
        state.withLock { state in
            state.lines.append(line)
            guard state.failure == nil else { return }
            do throws(CommandFailure) {
                let text = try JSONLines.line(line) + "\n"
                do {
                    try handle.write(contentsOf: Data(text.utf8))
                } catch {
                    throw CommandFailure(.io, "\(path): cannot be written: \(error.localizedDescription)")
                }
            } catch {
                state.failure = error
            }
        }
    }

    /// All lines, once nothing is added any more.
    func finish() throws(CommandFailure) -> [RoundMetrics] {
        try? handle.close()
        let (lines, failure) = state.withLock { $0 }
        if let failure { throw failure }
        return lines
    }
}
