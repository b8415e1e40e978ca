import Foundation
import HansaResults
import Synchronization

/// Seconds on the clock and of all processors, since some moment or between two.
struct ElapsedTime {
    var wall = 0.0
    var cpu = 0.0

    static func += (left: inout Self, right: Self) {
        left.wall += right.wall
        left.cpu += right.cpu
    }
}

/// A moment from which time is counted.
struct Stopwatch {
    private let wall = ContinuousClock.now
    private let cpu = Self.processSeconds

    /// What has passed since.
    var elapsed: ElapsedTime {
        ElapsedTime(wall: (ContinuousClock.now - wall) / .seconds(1), cpu: max(0, Self.processSeconds - cpu))
    }

    /// The processor time of all threads of the process.
    private static var processSeconds: Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// What workers spend on training and on encoding, each with its own clock: the proportion in which both share the time
/// of a batch.
final class WorkMeter: Sendable {
    private let training = Atomic<Int>(0)
    private let encoding = Atomic<Int>(0)

    /// Adds what one client took.
    func add(training: Duration, encoding: Duration) {
        self.training.wrappingAdd(Self.nanoseconds(training), ordering: .relaxed)
        self.encoding.wrappingAdd(Self.nanoseconds(encoding), ordering: .relaxed)
    }

    /// Encoding's share of the work since the last call; 0 without any.
    func takeEncodingShare() -> Double {
        let training = Double(self.training.exchange(0, ordering: .relaxed))
        let encoding = Double(self.encoding.exchange(0, ordering: .relaxed))
        return training + encoding > 0 ? encoding / (training + encoding) : 0
    }

    private static func nanoseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(truncatingIfNeeded: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}

/// Where an attempt's time goes, while it runs.
struct PhaseMeter {
    private var whole = Stopwatch()
    var work = ElapsedTime()
    var aggregation = ElapsedTime()
    var evaluation = ElapsedTime()

    /// The cost of the attempt so far.
    ///
    /// - Parameter encodingShare: encoding's part of the clients' work.
    func cost(encodingShare: Double) -> RoundCost {
        let total = whole.elapsed
        func phases(_ part: KeyPath<ElapsedTime, Double>) -> RoundCost.Phases {
            let known = work[keyPath: part] + aggregation[keyPath: part] + evaluation[keyPath: part]
            return RoundCost.Phases(
                training: work[keyPath: part] * (1 - encodingShare),
                encoding: work[keyPath: part] * encodingShare,
                aggregation: aggregation[keyPath: part],
                evaluation: evaluation[keyPath: part],
                rest: max(0, total[keyPath: part] - known)
            )
        }
        return RoundCost(wall: phases(\.wall), cpu: phases(\.cpu), peakBytes: PeakMemory.bytes)
    }
}

/// The most memory that this process has held in RAM.
enum PeakMemory {
    /// As Linux says in `VmHWM`: what `getrusage` says begins with the memory of the process that started this one.
    static var bytes: Int? {
        guard let handle = FileHandle(forReadingAtPath: "/proc/self/status"),
            let data = try? handle.read(upToCount: 1 << 16)
        else { return nil }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line.flatMap { Int($0.filter { $0.isASCII && $0.isNumber }) }
        return kibibytes.map { $0 &* 1024 }
    }
}
