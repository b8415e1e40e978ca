import Foundation
public import HansaResults
import Synchronization

/// A TensorBoard event file of a run, a record a round, in the file as soon as the round has ended.
///
/// The moment that the run began is in the file's name; a record's moment is that plus the seconds of the rounds so far.
/// So a run that goes on writes the lines it keeps again, to the same bytes, and goes on behind them.
public final class EventFile: Sendable {
    /// How the files' names begin, and what TensorBoard looks for.
    public static let prefix = "events.out.tfevents."

    public let path: String
    private let handle: FileHandle
    private let state: Mutex<State>

    private struct State {
        var time: Double
        var failure: ReportError?
    }

    /// Begins the file of a folder, or begins it again with the lines that a resumed run keeps.
    ///
    /// - Parameter now: seconds since 1970, for a folder without an event file.
    public init(folder: String, keeping lines: [RoundMetrics], now: UInt64) throws(ReportError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let held = names.filter { $0.hasPrefix(Self.prefix) }.min()
        let begun = held.flatMap { UInt64($0.dropFirst(Self.prefix.count).prefix { $0 != "." }) } ?? now
        let path = folder + "/" + (held ?? Self.prefix + String(begun) + ".hansa")
        self.path = path
        var bytes = EventRecord(fileBeginningAt: Double(begun)).bytes
        var time = Double(begun)
        for line in lines { bytes += Self.record(line, time: &time) }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seekToEnd()
        } catch {
            throw .unwritable(file: path, reason: error.localizedDescription)
        }
        state = Mutex(State(time: time))
    }

    /// Adds a line; the first failure is kept and thrown by ``finish()``.
    public func append(_ line: RoundMetrics) {
        state.withLock { state in
            guard state.failure == nil else { return }
            do {
                try handle.write(contentsOf: Data(Self.record(line, time: &state.time)))
            } catch {
                state.failure = .unwritable(file: path, reason: error.localizedDescription)
            }
        }
    }

    /// Ends the file.
    public func finish() throws(ReportError) {
        try? handle.close()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    private static func record(_ line: RoundMetrics, time: inout Double) -> [UInt8] {
        time += line.seconds.isFinite ? line.seconds : 0
        return EventRecord(time: time, step: Int64(line.round), scalars: scalars(line)).bytes
    }

    /// A line's figures by tag; attempts that were given up have no figures of a model.
    static func scalars(_ line: RoundMetrics) -> [(tag: String, value: Double)] {
        let values: [(String, Double?)] = [
            ("test/accuracy", line.accuracy), ("test/loss", line.loss), ("train/loss", line.trainingLoss),
            ("clients/accuracy_mean", line.clients?.accuracyMean),
            ("clients/accuracy_worst_tenth", line.clients?.accuracyWorstTenth),
            ("clients/accuracy_variance", line.clients?.accuracyVariance), ("drift/norm_mean", line.drift?.normMean),
            ("drift/norm_max", line.drift?.normMax), ("drift/distance", line.drift?.distance),
            ("privacy/epsilon", line.epsilon), ("round/accepted_clients", Double(line.acceptedCount)),
            ("round/bytes_up", Double(line.bytesUp)), ("round/bytes_down", Double(line.bytesDown)),
            ("time/wall_seconds", line.seconds), ("time/cpu_seconds", line.cost?.cpu.total),
            ("time/peak_bytes", line.cost?.peakBytes.map { Double($0) }),
        ]
        return values.compactMap { tag, value in value.map { (tag, $0) } }
    }
}
